using System.Text.RegularExpressions;
using CranePipeline.Configuration;
using CranePipeline.Tables;
using CranePipeline.Training;
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
            Assert.That(
                settings.Train.Model,
                Is.TypeOf(ModelCatalog.Find(model)!.Default.GetType()),
                "of the model, whether its file has a section train or not"
            );
            Assert.That(settings.Title, Is.Not.Null.And.Not.Empty);
            Assert.That(settings.Ingest.Interactions, Is.Not.Empty);
        });
    }

    /// <summary>What adding a model touches: a file of settings and a line of the catalogue, of one name.</summary>
    [Test]
    public void Every_model_of_the_catalogue_has_its_file() =>
        Assert.That(Models, Is.EquivalentTo(ModelCatalog.All.Select(entry => entry.Name)));

    [Test]
    public void The_models_own_settings_and_the_trainers_stand_in_one_section() =>
        Assert.That(
            SettingsPrinter.Yaml(Load("tiktok", "lightgcn")),
            Does.Match(@"(?s)\ntrain:\n.*\n  propagationLayers: 2 .*\n  batchSize: 2048 ").And.Not.Contain("rounds:")
        );

    [TestCase("lightgcn", "train.rounds=2", "unknown setting 'train.rounds'")]
    [TestCase("lightgcn", "train.propagationLayer=2", "did you mean 'train.propagationLayers'?")]
    [TestCase("crane", "train.batchsize=2", "did you mean 'train.batchSize'?")]
    public void A_setting_that_the_model_has_not_is_told(string model, string setting, string message) =>
        Assert.That(
            () =>
                ConfigurationLoader.Load<PipelineSettings>(
                    new ConfigurationRequest
                    {
                        Folder = Folder,
                        Dataset = "tiktok",
                        Overrides = [new SettingOverride("model", model, "-Model"), SettingOverride.Parse(setting)],
                    }
                ),
            Throws.TypeOf<InputException>().With.Message.Contains(message)
        );

    [Test]
    public void A_run_is_named_by_its_model_its_preset_and_what_is_set_otherwise()
    {
        var run = ConfigurationLoader
            .Load<PipelineSettings>(
                new ConfigurationRequest
                {
                    Folder = Folder,
                    Dataset = "tiktok",
                    Overrides =
                    [
                        new SettingOverride("preset", "paper", "-Preset"),
                        SettingOverride.Parse("train.rounds=2"),
                        SettingOverride.Parse("train.neighbours=10"),
                        SettingOverride.Parse("train.seed=4"),
                    ],
                }
            )
            .Settings.Run;
        Assert.Multiple(() =>
        {
            Assert.That((run.Dataset, run.Model, run.Title, run.Preset), Is.EqualTo(("tiktok", "crane", "CRANE", "paper")));
            Assert.That(
                run.Overrides,
                Is.EquivalentTo(new Dictionary<string, string> { ["rounds"] = "2" }),
                "what differs alone"
            );
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
    public void Every_setting_says_what_it_means([ValueSource(nameof(Models))] string model)
    {
        var options = ModelCatalog.Find(model)!.Default.GetType();
        var undocumented = new List<string>();
        Walk(typeof(PipelineSettings), "");
        Assert.That(undocumented, Is.Empty);

        void Walk(Type type, string prefix)
        {
            foreach (var member in SettingSchema.Of(type, options).Members)
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
