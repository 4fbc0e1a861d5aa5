using Apache.Arrow;
using Apache.Arrow.Ipc;
using CranePipeline.Ingest.Spark.Connect.Protocol;
using CranePipeline.Ingest.Spark.Plan;
using CranePipeline.Tables;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Polly;

namespace CranePipeline.Ingest.Spark.Connect;

/// <summary>
/// A session on a Spark Connect server (Spark 3.4 and newer). Results come back as Arrow record batches, so that this program and the
/// cluster need share no file system.
/// </summary>
public sealed class ConnectSession : ISqlSession
{
    private static readonly Version Oldest = new(3, 4);
    private static readonly Version FirstReattachable = new(3, 5);
    private readonly ConnectionString connection;
    private readonly GrpcChannel channel;
    private readonly SparkConnectService.SparkConnectServiceClient client;
    private readonly ConnectRequests requests;
    private readonly ResiliencePipeline retry;
    private readonly bool isReattachable;

    /// <summary>Connects, and asks the server for its version.</summary>
    /// <param name="connection">Where the server is.</param>
    /// <param name="time">The clock that waits are measured by; the system's where it is left out.</param>
    /// <param name="cancellation">Stops the attempt.</param>
    /// <exception cref="InputException">There is no such server, or it is too old.</exception>
    public ConnectSession(ConnectionString connection, TimeProvider? time = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        this.connection = connection;
        requests = new ConnectRequests(connection);
        retry = RetryPolicy.Create(time ?? TimeProvider.System);
        channel = GrpcChannel.ForAddress(
            connection.Address,
            new GrpcChannelOptions
            {
                MaxReceiveMessageSize = connection.MessageBytes,
                MaxSendMessageSize = connection.MessageBytes,
                Credentials = connection.UseTls ? ChannelCredentials.SecureSsl : ChannelCredentials.Insecure,
            }
        );
        client = new SparkConnectService.SparkConnectServiceClient(channel.CreateCallInvoker().Intercept(AddHeaders));
        try
        {
            ResiliencePipeline first = RetryPolicy.Create(time ?? TimeProvider.System, RetryPolicy.First);
            SparkVersion = AskVersion(first, cancellation);
            Version version = ReadVersion(SparkVersion);
            isReattachable = version >= FirstReattachable;
            if (version < Oldest)
            {
                throw new InputException($"Spark at {connection} is {SparkVersion}; this needs 3.4 or newer");
            }
        }
        catch
        {
            channel.Dispose();
            throw;
        }
    }

    /// <summary>The server's version, such as "3.5.1".</summary>
    public string SparkVersion { get; }

    /// <inheritdoc/>
    public void Execute(Statement statement, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(statement);
        Protocol.Plan plan = new() { Command = new Command { SqlCommand = new SqlCommand { Sql = statement.Sql } } };
        foreach (RecordBatch batch in Run(plan, statement.Purpose, progress, cancellation))
        {
            batch.Dispose();
        }
    }

    /// <inheritdoc/>
    public IEnumerable<RecordBatch> Query(Statement statement, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(statement);
        Protocol.Plan plan = new() { Root = new Relation { Sql = new SQL { Query = statement.Sql } } };
        return Run(plan, statement.Purpose, progress, cancellation);
    }

    /// <inheritdoc/>
    public void Upload(
        string table,
        IEnumerable<RecordBatch> batches,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(batches);
        Execute(IngestPlan.Drop(table), null, cancellation);
        string view = $"{table}_part";
        long sent = 0;
        foreach (RecordBatch batch in batches)
        {
            LocalRelation rows = new() { Data = Serialize(batch) };
            Protocol.Plan plan = new()
            {
                Command = new Command
                {
                    CreateDataframeView = new CreateDataFrameViewCommand
                    {
                        Input = new Relation { LocalRelation = rows },
                        Name = view,
                        Replace = true,
                    },
                },
            };
            foreach (RecordBatch answer in Run(plan, $"take rows of {table}", null, cancellation))
            {
                answer.Dispose();
            }

            string into = sent == 0 ? $"CREATE TABLE {table} USING parquet AS" : $"INSERT INTO {table}";
            Execute(new Statement($"store rows of {table}", $"{into} SELECT * FROM {view}"), null, cancellation);
            sent += batch.Length;
            progress?.Report(new WorkProgress($"sending {table}", "rows", sent, 0));
        }
    }

    /// <summary>Ends the session; the server forgets its views.</summary>
    public void Dispose()
    {
        try
        {
            client.ReleaseSession(requests.ReleaseSession(), deadline: DateTime.UtcNow.AddSeconds(5));
        }
        catch (RpcException)
        {
            // Spark 3.4 cannot release sessions; every server forgets idle ones.
        }

        channel.Dispose();
    }

    private Grpc.Core.Metadata AddHeaders(Grpc.Core.Metadata headers)
    {
        if (connection.Token is not null)
        {
            headers.Add("authorization", $"Bearer {connection.Token}");
        }

        foreach ((string name, string value) in connection.Headers)
        {
            headers.Add(name, value);
        }

        return headers;
    }

    private static Version ReadVersion(string text)
    {
        string[] numbers = text.Split('.', '-');
        return numbers.Length >= 2 && Version.TryParse($"{numbers[0]}.{numbers[1]}", out Version? version) ? version : Oldest;
    }

    private string AskVersion(ResiliencePipeline patience, CancellationToken cancellation)
    {
        try
        {
            AnalyzePlanResponse answer = patience
                .ExecuteAsync(
                    async token =>
                        await client.AnalyzePlanAsync(requests.Version(), cancellationToken: token).ConfigureAwait(false),
                    cancellation
                )
                .AsTask()
                .GetAwaiter()
                .GetResult();
            return answer.SparkVersion?.Version ?? "";
        }
        catch (RpcException error)
        {
            cancellation.ThrowIfCancellationRequested();
            throw ServerErrors.Explain(error, "tell its version", connection);
        }
    }

    private IEnumerable<RecordBatch> Run(
        Protocol.Plan plan,
        string purpose,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation
    )
    {
        Execution execution = new(client, requests, retry, isReattachable);
        IAsyncEnumerator<ExecutePlanResponse> responses = execution.Run(plan, cancellation).GetAsyncEnumerator(cancellation);
        try
        {
            while (Next(responses, purpose, cancellation))
            {
                ExecutePlanResponse response = responses.Current;
                if (response.ResponseTypeCase == ExecutePlanResponse.ResponseTypeOneofCase.ExecutionProgress)
                {
                    long all = response.ExecutionProgress.Stages.Sum(stage => stage.NumTasks);
                    long done = response.ExecutionProgress.Stages.Sum(stage => stage.NumCompletedTasks);
                    progress?.Report(new WorkProgress($"Spark: {purpose}", "tasks", done, all));
                }
                else if (response.ResponseTypeCase == ExecutePlanResponse.ResponseTypeOneofCase.ArrowBatch)
                {
                    foreach (RecordBatch batch in Read(response.ArrowBatch, purpose))
                    {
                        yield return batch;
                    }
                }
            }
        }
        finally
        {
            responses.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private bool Next(IAsyncEnumerator<ExecutePlanResponse> responses, string purpose, CancellationToken cancellation)
    {
        try
        {
            return responses.MoveNextAsync().AsTask().GetAwaiter().GetResult();
        }
        catch (RpcException error)
        {
            cancellation.ThrowIfCancellationRequested();
            throw ServerErrors.Explain(error, purpose, connection);
        }
    }

    private List<RecordBatch> Read(ExecutePlanResponse.Types.ArrowBatch batch, string purpose)
    {
        try
        {
            using ArrowStreamReader reader = new(batch.Data.Memory);
            List<RecordBatch> batches = [];
            while (reader.ReadNextRecordBatch() is { } next)
            {
                batches.Add(next);
            }

            return batches.Sum(each => (long)each.Length) == batch.RowCount
                ? batches
                : throw new InputException(
                    $"Spark at {connection} announced {batch.RowCount} rows and sent "
                        + $"{batches.Sum(each => (long)each.Length)} when asked to {purpose}"
                );
        }
        catch (Exception error)
            when (error
                    is InvalidDataException
                        or EndOfStreamException
                        or IOException
                        or ArgumentException
                        or NotSupportedException
            )
        {
            throw new InputException($"Spark at {connection} sent rows that are no Arrow stream when asked to {purpose}", error);
        }
    }

    private static ByteString Serialize(RecordBatch batch)
    {
        using MemoryStream stream = new();
        using (ArrowStreamWriter writer = new(stream, batch.Schema, leaveOpen: true))
        {
            writer.WriteRecordBatch(batch);
            writer.WriteEnd();
        }

        return ByteString.CopyFrom(stream.GetBuffer(), 0, (int)stream.Length);
    }
}
