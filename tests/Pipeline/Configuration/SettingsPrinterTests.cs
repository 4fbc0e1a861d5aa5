using System.Text.Json;
using CranePipeline.Configuration;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Configuration;

public sealed class SettingsPrinterTests
{
    private static LoadedConfiguration<TestSettings> Load(TemporaryFolder folder, string dataset, params string[] settings) =>
        ConfigurationLoader.Load<TestSettings>(
            new ConfigurationRequest
            {
                Folder = folder.Path,
                Dataset = dataset,
                Overrides = [.. settings.Select(SettingOverride.Parse)],
            }
        );

    private static TemporaryFolder Folder() =>
        new(
            ("pipeline.yaml", "threads: 2\n"),
            ("models/crane.yaml", "train:\n  rounds: 2\n"),
            (
                "datasets/a.yaml",
                "title: 'yes: \"quoted\" # not a comment'\nfiles: [{path: 'a, b'}]\nmodalities:\n  text: {path: t.npy, width: 7}\ntrain: {weights: {text: 0.25}}\n"
            )
        );

    [Test]
    public void Every_setting_is_printed_with_its_origin()
    {
        using var folder = Folder();
        var lines = SettingsPrinter.Yaml(Load(folder, "a", "train.cutoffs=[1,2]")).Split('\n');
        string Line(string start) => lines.Single(line => line.TrimStart().StartsWith(start, StringComparison.Ordinal));
        Assert.Multiple(() =>
        {
            Assert.That(Line("threads:"), Does.Match(@"^threads: 2 +# .*/pipeline\.yaml:1$"));
            Assert.That(Line("rounds:"), Does.Match(@"^  rounds: 2 +# .*/models/crane\.yaml:2$"));
            Assert.That(Line("width:"), Does.Match(@"^    width: 7 +# .*/datasets/a\.yaml:4$"));
            Assert.That(Line("learningRate:"), Does.Match(@"^  learningRate: 0\.001 +# default$"));
            Assert.That(Line("cutoffs: [1"), Does.Match(@"^  cutoffs: \[1, 2\] +# -Set train\.cutoffs$"));
            Assert.That(Line("generate:"), Does.Match(@"^generate: null +# default$"));
        });
    }

    [Test]
    public void What_is_printed_loads_as_the_same_settings()
    {
        using var folder = Folder();
        var first = Load(folder, "a", "seeds=[]", "train.rebuildEvery=null", "evaluate.note=null");
        using var second = new TemporaryFolder(
            ("pipeline.yaml", ""),
            ("models/crane.yaml", ""),
            ("datasets/a.yaml", SettingsPrinter.Yaml(first))
        );
        Assert.That(CanonicalJson.Of(Load(second, "a").Settings), Is.EqualTo(CanonicalJson.Of(first.Settings)));
    }

    [Test]
    public void With_meanings_it_still_loads_as_the_same_settings()
    {
        using var folder = Folder();
        var first = Load(folder, "a");
        using var second = new TemporaryFolder(
            ("pipeline.yaml", ""),
            ("models/crane.yaml", ""),
            ("datasets/a.yaml", SettingsPrinter.Yaml(first, withMeanings: true))
        );
        Assert.That(CanonicalJson.Of(Load(second, "a").Settings), Is.EqualTo(CanonicalJson.Of(first.Settings)));
        Assert.That(
            SettingsPrinter.Yaml(first, withMeanings: true),
            Does.Contain("\n  # Between 1 and 10.\n  rounds: 2 ")
                .And.Contain("\n  # One of linear, feature, entityWise.\n  correlation: linear ")
        );
    }

    [Test]
    public void As_json_it_is_one_line_with_settings_and_origins()
    {
        using var folder = Folder();
        var json = SettingsPrinter.Json(Load(folder, "a"));
        Assert.That(json, Does.Not.Contain("\n"));
        using var document = JsonDocument.Parse(json);
        Assert.That(
            document.RootElement.GetProperty("settings").GetProperty("train").GetProperty("rounds").GetInt32(),
            Is.EqualTo(2)
        );
        Assert.That(
            document.RootElement.GetProperty("settings").GetProperty("title").GetString(),
            Is.EqualTo("yes: \"quoted\" # not a comment")
        );
        Assert.That(
            document.RootElement.GetProperty("origins").GetProperty("train.rounds").GetString(),
            Does.EndWith("models/crane.yaml:2")
        );
    }
}
