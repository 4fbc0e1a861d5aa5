using CranePipeline.Pipeline.Tests.Store;
using CranePipeline.Stages;
using CranePipeline.Store;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Stages;

/// <summary>What is told of an artifact that is not the wanted one.</summary>
public sealed class StoreStatusTests : StoreFixture
{
    [Test]
    public void Inputs_are_compared_by_name_also_where_an_earlier_version_has_one_twice()
    {
        using var store = new ArtifactStore(Root);
        static ArtifactIdentity Report(params ArtifactInput[] inputs) => new("d", "report", 1, "{}", inputs);
        Artifact there = Build(
            store,
            Report(new("evaluate/9", "a"), new("evaluate/9", "a"), new("evaluate/7", "b"), new("evaluate/5", "c")),
            staging => staging.WriteText("text", "")
        ).Artifact;

        Assert.That(
            StoreStatus.Differences(
                Report(new("evaluate/9", "a"), new("evaluate/7", "d"), new("evaluate/3", "e")),
                there.Manifest
            ),
            Is.EqualTo(
                new[]
                {
                    "input evaluate/3 is new: e",
                    "input evaluate/7 b → d",
                    "input evaluate/9 a and a → a",
                    "input evaluate/5 is gone",
                }
            )
        );
    }
}
