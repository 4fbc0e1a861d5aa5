using CranePipeline.Configuration;
using CranePipeline.Stages;
using CranePipeline.Training;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Stages;

/// <summary>What decides which search an artifact is of.</summary>
public sealed class SearchStageTests
{
    private static readonly PipelineSettings Base = new()
    {
        Search = new Dictionary<string, IReadOnlyList<string>>
        {
            ["learningRate"] = ["0.001", "0.003"],
            ["embeddingSize"] = ["16", "32"],
        },
    };

    [Test]
    public void The_own_value_of_a_searched_setting_plays_no_role_and_that_of_any_other_does()
    {
        TrainSettings train = Base.Train;
        var options = (CraneOptions)train.Model;
        string identity = Identity(train);

        Assert.Multiple(() =>
        {
            Assert.That(Identity(train with { Trainer = train.Trainer with { LearningRate = 0.5 } }), Is.EqualTo(identity));
            Assert.That(Identity(train with { Model = options with { EmbeddingSize = 99 } }), Is.EqualTo(identity));
            Assert.That(Identity(train with { Trainer = train.Trainer with { Epochs = 7 } }), Is.Not.EqualTo(identity));
            Assert.That(Identity(train with { Model = options with { Rounds = 1 } }), Is.Not.EqualTo(identity));
        });
    }

    [Test]
    public void How_it_is_searched_tells_searches_apart_and_random_ones_keep_the_keys_they_had()
    {
        string Of(SearchMethod method) =>
            CanonicalJson.Of(new SearchStage().Settings(Base with { SearchTrials = 3, SearchMethod = method }, seed: 9));

        Assert.Multiple(() =>
        {
            Assert.That(Of(SearchMethod.Coordinate), Does.Contain("coordinate"));
            Assert.That(Of(SearchMethod.Random), Does.Not.Contain("ethod"));
            Assert.That(
                SearchStage.TrialCount(Base with { SearchTrials = 3, SearchMethod = SearchMethod.Coordinate }),
                Is.EqualTo(3)
            );
            Assert.That(
                SearchStage.TrialCount(Base with { SearchTrials = 9, SearchMethod = SearchMethod.Coordinate }),
                Is.EqualTo(4)
            );
            Assert.That(SearchStage.TrialCount(Base with { SearchTrials = 3 }), Is.EqualTo(3));
            Assert.That(SearchStage.TrialCount(Base), Is.EqualTo(4));
        });
    }

    private static string Identity(TrainSettings train) =>
        CanonicalJson.Of(new SearchStage().Settings(Base with { Train = train }, seed: 9));
}
