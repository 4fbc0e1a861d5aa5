using System.Text.RegularExpressions;
using CranePipeline.Configuration;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Configuration;

/// <summary>Every settings file of the repository, against the records it is for.</summary>
public sealed partial class ShippedSettingsTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "conf");

    private static readonly IReadOnlyList<string> Datasets = ConfigurationFolder.Find(Folder).Datasets;

    private static readonly IReadOnlyList<string> Models = ConfigurationFolder.Find(Folder).Models;

    private static LoadedConfiguration<PipelineSettings> Load(string? dataset, string? model = null) =>
        ConfigurationLoader.Load<PipelineSettings>(
            new ConfigurationRequest
            {
                Folder = Folder,
                Dataset = dataset,
                Overrides = model is null ? [] : [new SettingOverride("model", model, "-Model")],
            }
        );

    [Test]
    public void Every_data_set_loads_with_every_model(
        [ValueSource(nameof(Datasets))] string dataset,
        [ValueSource(nameof(Models))] string model
    )
    {
        var settings = Load(dataset, model).Settings;
        Assert.Multiple(() =>
        {
            Assert.That(settings.Name, Is.EqualTo(dataset));
            Assert.That(settings.Model, Is.EqualTo(model));
            Assert.That(settings.Title, Is.Not.Null.And.Not.Empty);
            Assert.That(settings.Ingest.Interactions, Is.Not.Empty);
        });
    }

    [Test]
    public void The_pipelines_own_values_are_the_defaults() =>
        Assert.That(
            CanonicalJson.Of(Load(null).Settings with { Train = new TrainSettings() }),
            Is.EqualTo(CanonicalJson.Of(new PipelineSettings())),
            "what conf/pipeline.yaml writes out is what holds without it"
        );

    [Test]
    public void What_is_printed_of_a_real_data_set_loads_as_the_same_settings()
    {
        var first = Load("tiktok");
        using var folder = new TemporaryFolder(
            ("pipeline.yaml", ""),
            ("models/crane.yaml", ""),
            ("datasets/tiktok.yaml", SettingsPrinter.Yaml(first, withMeanings: true))
        );
        var second = ConfigurationLoader.Load<PipelineSettings>(
            new ConfigurationRequest { Folder = folder.Path, Dataset = "tiktok" }
        );
        Assert.That(CanonicalJson.Of(second.Settings), Is.EqualTo(CanonicalJson.Of(first.Settings)));
    }

    [Test]
    public void The_documentations_settings_files_load()
    {
        var documentation = File.ReadAllText(Path.Combine(Repository.Root, "docs", "configuration.md"));
        var files = YamlExample()
            .Matches(documentation)
            .ToDictionary(match => match.Groups["file"].Value, match => match.Value[8..]);
        using var folder = new TemporaryFolder([
            ("pipeline.yaml", ""),
            ("models/crane.yaml", ""),
            .. files.Select(file => (file.Key, file.Value)),
        ]);
        Assert.That(files.Keys, Is.EquivalentTo(new[] { "models/example.yaml", "datasets/mine.yaml" }));
        foreach (var model in (string[])["crane", "example"])
        {
            var request = new ConfigurationRequest
            {
                Folder = folder.Path,
                Dataset = "mine",
                Overrides =
                [
                    new SettingOverride("model", model, "-Model"),
                    new SettingOverride("preset", model == "crane" ? "default" : "paper", "-Preset"),
                ],
            };
            Assert.That(ConfigurationLoader.Load<PipelineSettings>(request).Settings.Title, Is.EqualTo("Our shop, spring"));
        }
    }

    [GeneratedRegex(@"```yaml\n# conf/(?<file>\S+)\n[^`]*")]
    private static partial Regex YamlExample();

    [Test]
    public void Every_setting_says_what_it_means()
    {
        var undocumented = new List<string>();
        Walk(typeof(PipelineSettings), "");
        Assert.That(undocumented, Is.Empty);

        void Walk(Type type, string prefix)
        {
            foreach (var member in SettingSchema.Of(type).Members)
            {
                var (kind, element) = SettingShape.Of(member.Type);
                if (SettingDescriptions.Of(member) is "")
                {
                    undocumented.Add(prefix + member.Name);
                }
                if (
                    kind == SettingKind.Section
                    || (kind != SettingKind.Scalar && SettingShape.Of(element).Kind == SettingKind.Section)
                )
                {
                    Walk(element, $"{prefix}{member.Name}.");
                }
            }
        }
    }
}
