using CranePipeline.Store;
using CranePipeline.Tables;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Store;

/// <summary>A store in a folder of its own, and small artifacts for it.</summary>
public abstract class StoreFixture
{
    protected string Root { get; private set; } = null!;

    [SetUp]
    public void Open() => Root = Directory.CreateTempSubdirectory("crane-store-").FullName;

    [TearDown]
    public void Close() => Directory.Delete(Root, recursive: true);

    private protected static ArtifactIdentity Identity() => new("d", "s", 1, """{"k":1}""", [new("raw", "sha256:00")]);

    private protected static (Artifact Artifact, bool Built) Build(
        ArtifactStore store,
        ArtifactIdentity identity,
        Action<StagingArea> make
    ) => store.GetOrBuild(identity, false, (staging, _) => make(staging), StoreWait.Silently);

    private protected static void Write(StagingArea staging, ref int made)
    {
        made++;
        staging.WriteTable("table.parquet", new Ranks([0, 0, 0], [4, 5, 6], [1, 2, 3]).Write);
        staging.Record("rows", 3);
    }

    private protected Artifact BuildText() =>
        Build(new ArtifactStore(Root), Identity(), staging => staging.WriteText("text", "short")).Artifact;
}
