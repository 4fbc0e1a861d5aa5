using CranePipeline.Commands;
using CranePipeline.Configuration;
using CranePipeline.Pipeline.Tests.Configuration;
using CranePipeline.Tables;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Commands;

public sealed class SweepDefinitionTests
{
    private static readonly string Shipped = Path.Combine(Repository.Root, "conf");

    private static readonly IReadOnlyList<string> Sweeps = ConfigurationFolder.Find(Shipped).Sweeps;

    private static SweepDefinition Read(string text)
    {
        using var folder = new TemporaryFolder(("sweeps/some.yaml", text));
        return SweepDefinition.Read(ConfigurationFolder.Find(folder.Path), "some");
    }

    [Test]
    public void Variants_times_grid_in_the_order_written()
    {
        SweepDefinition sweep = Read(
            """
            title: Some
            variants:
              - label: CRANE
              - label: bare
                settings:
                  train:
                    itemGraph: off
                    modalities: [visual, "a b"]
            grid:
              train:
                rounds: [1, 2]
                neighbours: [5]
            """
        );

        Assert.Multiple(() =>
        {
            Assert.That(sweep.Title, Is.EqualTo("Some"));
            Assert.That(
                sweep.Points.Select(point => point.Label),
                Is.EqualTo(
                    new[]
                    {
                        "CRANE, train.rounds 1, train.neighbours 5",
                        "CRANE, train.rounds 2, train.neighbours 5",
                        "bare, train.rounds 1, train.neighbours 5",
                        "bare, train.rounds 2, train.neighbours 5",
                    }
                )
            );
            Assert.That(
                sweep.Points[3].Overrides.Select(each => $"{each.Path}={each.Value}"),
                Is.EqualTo(
                    new[] { "train.itemGraph=off", "train.modalities=[visual, \"a b\"]", "train.rounds=2", "train.neighbours=5" }
                )
            );
        });
    }

    [Test]
    public void Points_of_a_grid_have_no_label_but_their_settings()
    {
        SweepPoint point = Read("grid:\n  train:\n    rounds: [4]\n").Points.Single();

        Assert.That(point.Label, Is.Empty);
        Assert.That(point.Settings["train.rounds"], Is.EqualTo("4"));
        Assert.That(point.Description, Is.EqualTo("train.rounds 4"));
    }

    [TestCase("title: x\n", "needs 'variants'")]
    [TestCase("variant: []\n", "some.yaml:1: 'variant' is nothing a sweep has; did you mean 'variants'?")]
    [TestCase("variants:\n  - settings:\n", "some.yaml:2: a variant needs a 'label'")]
    [TestCase("variants:\n  - label: a\n  - label: a\n", "two variants are called 'a'")]
    [TestCase("variants:\n  - label: a\n    set: 1\n", "'set' is nothing a variant has")]
    [TestCase("grid:\n  train:\n    rounds: 3\n", "some.yaml:3: 'grid.train.rounds' must be a list")]
    [TestCase("grid:\n  train:\n    rounds: []\n", "must be a list of values")]
    public void Mistakes_are_told_with_their_line(string text, string message) =>
        Assert.That(() => Read(text), Throws.TypeOf<InputException>().With.Message.Contains(message));

    [Test]
    public void Every_shipped_sweep_loads_with_the_default_and_the_papers_preset(
        [ValueSource(nameof(Sweeps))] string sweep,
        [Values("default", "paper")] string preset
    )
    {
        SweepDefinition definition = SweepDefinition.Read(ConfigurationFolder.Find(Shipped), sweep);

        Assert.That(definition.Points, Is.Not.Empty);
        foreach (SweepPoint point in definition.Points)
        {
            Assert.That(
                () =>
                    ConfigurationLoader.Load<PipelineSettings>(
                        new ConfigurationRequest
                        {
                            Folder = Shipped,
                            Dataset = "sample",
                            Overrides = [new SettingOverride("preset", preset, "-Preset"), .. point.Overrides],
                        }
                    ),
                Throws.Nothing,
                point.Description
            );
        }
    }
}
