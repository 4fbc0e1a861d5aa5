using System.Text.Json.Nodes;
using CranePipeline.Configuration;
using CranePipeline.Stages;
using CranePipeline.Training;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Stages;

public sealed class RunLabelsTests
{
    private static readonly PipelineSettings Auto = new()
    {
        Name = "shop",
        Train = new TrainSettings
        {
            Model = new LightGcnOptions(),
            Trainer = new TrainerOptions { BatchSize = null },
        },
    };

    private static JsonNode Keyed(PipelineSettings settings) => CanonicalJson.NodeForKeys(TrainStage.ModelSettings(settings));

    [Test]
    public void A_run_by_the_rules_of_an_earlier_version_is_another_run_and_is_told_apart()
    {
        JsonNode now = Keyed(Auto);
        JsonNode before = now.DeepClone();
        Assert.That(before.AsObject().Remove("autoSteps"), Is.True, "a batch that is auto depends on the rule");
        var labels = new RunLabels(new SweepNames([], now, []), now, Auto.Run, [(now, Auto.Run), (before, Auto.Run)]);
        Assert.Multiple(() =>
        {
            Assert.That(labels.Of(now), Is.EqualTo(Auto.Run.Title));
            Assert.That(labels.Of(before), Is.EqualTo($"{Auto.Run.Title}, autoSteps default"));
            Assert.That(labels.IsVariant(before), Is.True);
        });
    }

    [Test]
    public void A_batch_that_is_given_depends_on_no_rule()
    {
        PipelineSettings given = Auto with { Train = Auto.Train with { Trainer = new TrainerOptions { BatchSize = 2048 } } };
        Assert.That(Keyed(given).AsObject().Select(member => member.Key), Is.EquivalentTo(["name", "options", "trainer"]));
    }
}
