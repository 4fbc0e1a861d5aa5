using CranePipeline.CommandLine;
using CranePipeline.Ingest.Spark;
using CranePipeline.Ingest.Spark.Connect;
using CranePipeline.Ingest.Spark.Plan;
using CranePipeline.Tables;

// A build with Microsoft.Spark has another kind of session.
#pragma warning disable CA1859

namespace CranePipeline.Stages;

/// <summary>The Spark cluster of a run: connected to when the first stage needs it, and not at all where nothing has to be made.</summary>
internal sealed class SparkCluster : IDisposable
{
    private readonly ConnectionString? connection;
    private readonly SparkData data;
    private readonly CancellationToken cancellation;
    private ISqlSession? session;

    private SparkCluster(ConnectionString? connection, SparkData data, CancellationToken cancellation) =>
        (this.connection, this.data, this.cancellation) = (connection, data, cancellation);

    /// <summary>Where the raw files are.</summary>
    public SparkData Data => data;

    /// <summary>What the run's views and tables are called: two runs on one cluster stay apart.</summary>
    public PlanNames Names { get; } = new($"crane_{Guid.NewGuid().ToString("N")[..8]}");

    /// <summary>The session; the first one who asks connects.</summary>
    /// <exception cref="InputException">There is no such server.</exception>
    public ISqlSession Session => session ??= Open();

    /// <summary>The session, or null where no server was named.</summary>
    public ISqlSession? SessionIfNamed => connection is null ? null : Session;

    /// <summary>The cluster that a command line asks for, or null; a wrong address is told now.</summary>
    /// <exception cref="InputException">The address is none.</exception>
    public static SparkCluster? Of(CommandLineOptions options, SparkData data, CancellationToken cancellation) =>
        options.Engine == DataEngineKind.Spark
            ? new SparkCluster(options.Spark is { } address ? ConnectionString.Parse(address) : null, data, cancellation)
            : null;

    /// <summary>Says before any work that there is no server to work on.</summary>
    /// <exception cref="InputException">None was named.</exception>
    public void RequireAddress()
    {
#if !MICROSOFT_SPARK
        if (connection is null)
        {
            throw new InputException("-Engine spark needs the address of a Spark Connect server: -Spark sc://host:15002");
        }
#endif
    }

    public void Dispose() => session?.Dispose();

    private ISqlSession Open()
    {
#if MICROSOFT_SPARK
        if (connection is null)
        {
            return new CranePipeline.Ingest.Spark.MicrosoftSpark.MicrosoftSparkSession();
        }
#endif
        RequireAddress();
        return new ConnectSession(connection!, cancellation: cancellation);
    }
}
