using Apache.Arrow;
using CranePipeline.Ingest.Spark.Connect;
using CranePipeline.Ingest.Spark.Connect.Protocol;
using CranePipeline.Ingest.Tests.Download;
using CranePipeline.Tables;
using NUnit.Framework;

namespace CranePipeline.Ingest.Spark.Tests.Connect;

/// <summary>A server that answers as each test wants, and a client of it whose clock does not wait.</summary>
public abstract class ConnectFixture
{
    protected static readonly Statement Question = new("count something", "SELECT n FROM t");

    private protected ImmediateTime Time { get; } = new();

    private protected FakeServer Server { get; private set; } = null!;

    [SetUp]
    public async Task StartServer()
    {
        Server = await FakeServer.Start();
        Time.Waits.Clear();
    }

    [TearDown]
    public async Task StopServer() => await Server.DisposeAsync();

    private protected ConnectSession Open() => new(Server.Connection(), Time);

    private protected List<long> Ask(IProgress<WorkProgress>? progress = null)
    {
        using ConnectSession session = Open();
        List<long> numbers = [];
        foreach (RecordBatch batch in session.Query(Question, progress, CancellationToken.None))
        {
            using BatchReader reader = new(batch, Question);
            numbers.AddRange(reader.Longs("n"));
        }

        return numbers;
    }

    private protected List<string> Released() =>
        [
            .. Server
                .Requests.OfType<ReleaseExecuteRequest>()
                .Select(request => request.ReleaseUntil is { } until ? until.ResponseId : "all"),
        ];
}
