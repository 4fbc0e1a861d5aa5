using CranePipeline.Progress;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Progress;

public sealed class JsonSummaryTests
{
    private static SeedSummary Seed(long seed, double recall) =>
        new(
            seed,
            new TrainSummary(10 * seed, 8, 0.5, 0.125, 900),
            new Dictionary<string, double> { ["recall@20"] = recall, ["ndcg@20"] = 0.5 }
        );

    [Test]
    public void One_seed_stands_on_top() =>
        Assert.That(
            JsonSummary.Write(
                new RunSummary
                {
                    Dataset = "tiktok",
                    Stages =
                    [
                        new StageSummary("ingest", "00ff", StageState.Fresh, 0),
                        new StageSummary("train", "0a", StageState.Built, 1.23456, 9),
                    ],
                    Seeds = [Seed(9, 0.25)],
                }
            ),
            Is.EqualTo(
                """{"dataset":"tiktok","stages":[{"stage":"ingest","key":"00ff","state":"fresh","seconds":0},{"stage":"train","seed":9,"key":"0a","state":"built","seconds":1.235}],"train":{"epochs":90,"bestEpoch":8,"epochSeconds":0.5,"validSeconds":0.125,"peakMemoryMB":900},"metrics":{"recall@20":0.25,"ndcg@20":0.5}}"""
            )
        );

    [Test]
    public void Several_seeds_are_listed_below_their_means() =>
        Assert.That(
            JsonSummary.Write(new RunSummary { Dataset = "x", Seeds = [Seed(1, 0.25), Seed(3, 0.75)] }),
            Is.EqualTo(
                """{"dataset":"x","stages":[],"train":{"epochs":20,"bestEpoch":8,"epochSeconds":0.5,"validSeconds":0.125,"peakMemoryMB":900},"metrics":{"recall@20":0.5,"ndcg@20":0.5},"seeds":[{"seed":1,"train":{"epochs":10,"bestEpoch":8,"epochSeconds":0.5,"validSeconds":0.125,"peakMemoryMB":900},"metrics":{"recall@20":0.25,"ndcg@20":0.5}},{"seed":3,"train":{"epochs":30,"bestEpoch":8,"epochSeconds":0.5,"validSeconds":0.125,"peakMemoryMB":900},"metrics":{"recall@20":0.75,"ndcg@20":0.5}}]}"""
            )
        );

    [Test]
    public void A_failure_names_its_cause_and_a_number_that_is_none_is_null()
    {
        var text = JsonSummary.Write(
            new RunSummary
            {
                Stages = [new StageSummary("train", null, StageState.Failed, 2)],
                Seeds = [new SeedSummary(1, null, new Dictionary<string, double> { ["ndcg@5"] = double.NaN })],
                Error = "a \"quoted\"\nline",
            }
        );
        Assert.That(
            text,
            Is.EqualTo(
                """{"stages":[{"stage":"train","state":"failed","seconds":2}],"metrics":{"ndcg@5":null},"error":"a \"quoted\"\nline"}"""
            )
        );
    }
}
