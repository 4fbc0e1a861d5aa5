using CranePipeline.Tensors;
using static CranePipeline.Training.Tests.CraneRuns;

namespace CranePipeline.Training.Tests;

/// <summary>Models of several members: independent trainings side by side, whose scores add up.</summary>
[TestFixture]
public sealed class MembersTests
{
    private const int D = 8;

    // One validation, so that the epoch kept is the last one whoever is validated.
    private static readonly TrainerOptions Trainer = Short with { Epochs = 4, ValidateEvery = 4 };

    private static IEnumerable<TestCaseData> Models()
    {
        yield return Case("bpr", static members => new BprOptions { EmbeddingSize = D, Members = members });
        yield return Case(
            "lightgcn",
            static members => new LightGcnOptions
            {
                EmbeddingSize = D,
                Members = members,
                EdgeDropout = 0.3,
            }
        );
        CraneOptions frozen = Small with { EmbeddingSize = D, ItemGraph = ItemGraph.Frozen, EdgeDropout = 0.3 };
        yield return Case("crane", members => frozen with { Members = members });
    }

    [TestCaseSource(nameof(Models))]
    public void The_first_member_is_trained_as_if_it_were_alone(Func<int, ModelOptions> model)
    {
        TrainResult alone = Run(model(1));
        TrainResult three = Run(model(3));

        Assert.Multiple(() =>
        {
            Assert.That(three.UserEmbeddings().Columns, Is.EqualTo(3 * D));
            Assert.That(Columns(three.UserEmbeddings(), 0), Is.EqualTo(Columns(alone.UserEmbeddings(), 0)));
            Assert.That(Columns(three.ItemEmbeddings(), 0), Is.EqualTo(Columns(alone.ItemEmbeddings(), 0)));
            Assert.That(Columns(three.ItemEmbeddings(), D), Is.Not.EqualTo(Columns(three.ItemEmbeddings(), 0)));
            Assert.That(
                three.History[^1].Part("bpr"),
                Is.InRange(2 * alone.History[^1].Part("bpr"), 4 * alone.History[^1].Part("bpr"))
            );
            Assert.That(three.ParameterCount, Is.EqualTo(3 * alone.ParameterCount));
        });
    }

    [Test]
    public void Members_are_refused_where_they_could_not_be_apart()
    {
        CraneOptions two = Small with { Members = 2 };
        (string Setting, CraneOptions Options)[] refused =
        [
            ("propagationWeights", two with { PropagationWeights = PropagationWeights.Shared }),
            ("contrastiveWeight", two with { ContrastiveWeight = 0.1 }),
            ("fusionNorm", two with { FusionNorm = FusionNorm.L2 }),
        ];
        foreach ((string setting, CraneOptions options) in refused)
        {
            Assert.That(
                () => new TrainOptions(options, Short).Validate(),
                Throws.TypeOf<Tables.InputException>().With.Message.Contains("train.members").And.Message.Contains(setting)
            );
            Assert.That(() => new TrainOptions(options with { Members = 1 }, Short).Validate(), Throws.Nothing);
        }
    }

    /// <summary>Without an item graph there is nothing to compare or scale.</summary>
    [Test]
    public void Settings_of_the_semantic_view_do_not_matter_to_members_without_one()
    {
        CraneOptions off = Small with
        {
            Members = 2,
            ItemGraph = ItemGraph.Off,
            ContrastiveWeight = 0.1,
            FusionNorm = FusionNorm.L2,
        };
        Assert.That(() => new TrainOptions(off, Short).Validate(), Throws.Nothing);
    }

    private static TestCaseData Case(string name, Func<int, ModelOptions> model) =>
        new TestCaseData(model).SetArgDisplayNames(name);

    private static float[] Columns(Matrix all, int first) =>
        [.. Enumerable.Range(0, all.Rows).SelectMany(row => all.Row(row).Slice(first, D).ToArray())];

    private static TrainResult Run(ModelOptions model)
    {
        using IEngine engine = Engines.Cpu();
        return Training.Trainer.Run(new TrainOptions(model, Trainer), 1, PlantedData.Make(), engine);
    }
}
