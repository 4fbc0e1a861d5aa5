using Apache.Arrow;
using CranePipeline.Ingest.Spark.Connect;
using CranePipeline.Ingest.Spark.Connect.Protocol;
using CranePipeline.Ingest.Tests.Download;
using CranePipeline.Tables;
using Grpc.Core;
using NUnit.Framework;

namespace CranePipeline.Ingest.Spark.Tests.Connect;

/// <summary>The client against a server that answers as each test wants.</summary>
public sealed class ConnectSessionTests
{
    private static readonly Statement Question = new("count something", "SELECT n FROM t");
    private readonly ImmediateTime time = new();
    private FakeServer server = null!;

    [SetUp]
    public async Task StartServer()
    {
        server = await FakeServer.Start();
        time.Waits.Clear();
    }

    [TearDown]
    public async Task StopServer() => await server.DisposeAsync();

    [Test]
    public void Rows_of_several_batches_come_in_their_order_and_progress_is_told()
    {
        server.OnExecute = async (_, stream, _) =>
        {
            await stream.WriteAsync(Responses.Progress(1, 4));
            await stream.WriteAsync(Responses.Numbers("a", 1, 2));
            await stream.WriteAsync(Responses.Numbers("b"));
            await stream.WriteAsync(Responses.Progress(4, 4));
            await stream.WriteAsync(Responses.Numbers("c", 3));
            await stream.WriteAsync(Responses.Complete());
        };
        Reports reports = new();

        Assert.That(Ask(reports), Is.EqualTo(new long[] { 1, 2, 3 }));

        ExecutePlanRequest request = server.Requests.OfType<ExecutePlanRequest>().Single();
        Assert.That(request.Plan.Root.Sql.Query, Is.EqualTo(Question.Sql));
        Assert.That(request.UserContext.UserId, Is.EqualTo("ada"));
        Assert.That(request.RequestOptions.Single().ReattachOptions.Reattachable, Is.True);
        Assert.That(
            reports.All.Select(report => (report.Unit, report.Done, report.Total)),
            Is.EqualTo(new[] { ("tasks", 1L, 4L), ("tasks", 4L, 4L) })
        );
        Assert.That(reports.All[0].Activity, Does.Contain(Question.Purpose));
        Assert.That(Released(), Is.EqualTo(new[] { "a", "b", "c", "all" }), "the server is told what it can forget");
    }

    [Test]
    public void A_statement_is_sent_as_a_command()
    {
        server.OnExecute = (_, stream, _) => stream.WriteAsync(Responses.Complete());
        using ConnectSession session = Open();

        session.Execute(new Statement("make a view", "CREATE VIEW v AS SELECT 1"), null, CancellationToken.None);

        Assert.That(
            server.Requests.OfType<ExecutePlanRequest>().Single().Plan.Command.SqlCommand.Sql,
            Is.EqualTo("CREATE VIEW v AS SELECT 1")
        );
    }

    [Test]
    public void A_stream_that_breaks_goes_on_behind_the_last_response()
    {
        server.OnExecute = async (_, stream, _) =>
        {
            await stream.WriteAsync(Responses.Numbers("a", 1));
            await stream.WriteAsync(Responses.Numbers("b", 2));
            throw Responses.Error(StatusCode.Unavailable, "connection reset");
        };
        int breaks = 0;
        server.OnReattach = async (request, stream, _) =>
        {
            switch (breaks++)
            {
                case 0:
                    throw Responses.Error(StatusCode.Unavailable, "still away");
                case 1:
                    // The end without word of completion is Spark's way to say that there is more.
                    await stream.WriteAsync(Responses.Numbers("c", 3));
                    return;
                default:
                    await stream.WriteAsync(Responses.Numbers("d", 4));
                    await stream.WriteAsync(Responses.Complete());
                    return;
            }
        };

        Assert.That(Ask(), Is.EqualTo(new long[] { 1, 2, 3, 4 }));

        string operation = server.Requests.OfType<ExecutePlanRequest>().Single().OperationId;
        ReattachExecuteRequest[] again = [.. server.Requests.OfType<ReattachExecuteRequest>()];
        Assert.That(again.Select(request => request.OperationId), Is.All.EqualTo(operation));
        Assert.That(again.Select(request => request.LastResponseId), Is.EqualTo(new[] { "b", "b", "c" }));
        Assert.That(time.Waits, Is.EqualTo(new[] { TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(200) }));
    }

    [Test]
    public void A_request_that_never_arrived_is_sent_again()
    {
        int calls = 0;
        server.OnExecute = async (_, stream, _) =>
        {
            if (calls++ == 0)
            {
                throw Responses.Error(StatusCode.Unavailable, "starting");
            }

            await stream.WriteAsync(Responses.Numbers("a", 7));
            await stream.WriteAsync(Responses.Complete());
        };
        server.OnReattach = (_, _, _) =>
            throw Responses.Error(
                StatusCode.Internal,
                "[INVALID_HANDLE.OPERATION_NOT_FOUND] The handle is invalid. Operation not found."
            );

        Assert.That(Ask(), Is.EqualTo(new long[] { 7 }));
        Assert.That(
            server.Requests.OfType<ExecutePlanRequest>().Select(request => request.OperationId).Distinct().Count(),
            Is.EqualTo(1)
        );
    }

    [Test]
    public void A_lost_operation_whose_rows_have_been_read_is_an_error()
    {
        server.OnExecute = async (_, stream, _) =>
        {
            await stream.WriteAsync(Responses.Numbers("a", 1));
            throw Responses.Error(StatusCode.Unavailable, "gone");
        };
        server.OnReattach = (_, _, _) =>
            throw Responses.Error(StatusCode.Internal, "[INVALID_HANDLE.OPERATION_NOT_FOUND] Operation not found.");

        InputException error = Assert.Throws<InputException>(() => Ask())!;

        Assert.That(error.Message, Does.Contain("OPERATION_NOT_FOUND").And.Contain(Question.Purpose));
    }

    [Test]
    public void The_server_says_how_long_to_wait()
    {
        int calls = 0;
        server.OnAnalyze = _ => calls++ == 0 ? throw Responses.ComeAgain(TimeSpan.FromSeconds(7)) : FakeServer.Version("4.0.0");

        using ConnectSession session = Open();

        Assert.That(session.SparkVersion, Is.EqualTo("4.0.0"));
        Assert.That(time.Waits, Is.EqualTo(new[] { TimeSpan.FromSeconds(7) }));
    }

    [Test]
    public void A_server_that_never_answers_is_told_soon()
    {
        server.OnAnalyze = _ => throw Responses.Error(StatusCode.Unavailable, "no route to host");

        InputException error = Assert.Throws<InputException>(() => Open().Dispose())!;

        Assert.That(
            error.Message,
            Does.StartWith("Spark at sc://127.0.0.1:").And.Contain("cannot be reached (no route to host)")
        );
        Assert.That(
            time.Waits,
            Is.EqualTo(new[] { 50, 200, 800, 3_200, 12_800 }.Select(wait => TimeSpan.FromMilliseconds(wait)))
        );
    }

    [Test]
    public void A_server_that_goes_away_is_waited_for_as_Spark_asks()
    {
        server.OnExecute = (_, _, _) => throw Responses.Error(StatusCode.Unavailable, "gone");
        server.OnReattach = (_, _, _) => throw Responses.Error(StatusCode.Unavailable, "gone");

        Assert.That(() => Ask(), Throws.TypeOf<InputException>().With.Message.Contains("cannot be reached (gone)"));
        Assert.That(time.Waits, Has.Count.EqualTo(15));
        Assert.That(time.Waits[^1], Is.EqualTo(TimeSpan.FromMinutes(1)));
    }

    [Test]
    public void An_error_of_the_server_is_its_message_on_one_line()
    {
        server.OnExecute = (_, _, _) =>
            throw Responses.Error(
                StatusCode.Internal,
                "[TABLE_OR_VIEW_NOT_FOUND] The table or view `t` cannot be found.\nVerify the spelling; line 1 pos 14;\n'Project ['n]\n+- 'UnresolvedRelation [t]\n"
            );

        InputException error = Assert.Throws<InputException>(() => Ask())!;

        Assert.That(
            error.Message,
            Does.EndWith(
                "could not count something: [TABLE_OR_VIEW_NOT_FOUND] The table or view `t` cannot be found. Verify the spelling; line 1 pos 14"
            )
        );
        Assert.That(server.Requests.OfType<ExecutePlanRequest>().Count(), Is.EqualTo(1), "a refusal is not tried again");
    }

    [Test]
    public void Interrupting_the_program_interrupts_the_job()
    {
        using CancellationTokenSource stop = new();
        server.OnExecute = async (_, stream, context) =>
        {
            await stream.WriteAsync(Responses.Numbers("a", 1));
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.CancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        using ConnectSession session = Open();

        Assert.Catch<OperationCanceledException>(() => session.Query(Question, null, stop.Token).ToList());

        string operation = server.Requests.OfType<ExecutePlanRequest>().Single().OperationId;
        InterruptRequest interrupt = server.Requests.OfType<InterruptRequest>().Single();
        Assert.That(interrupt.OperationId, Is.EqualTo(operation));
        Assert.That(interrupt.InterruptType, Is.EqualTo(InterruptRequest.Types.InterruptType.OperationId));
        Assert.That(Released()[^1], Is.EqualTo("all"));
    }

    [Test]
    public void Spark_3_4_knows_no_taking_up_again()
    {
        server.OnAnalyze = _ => FakeServer.Version("3.4.3");
        server.OnExecute = (_, stream, _) => stream.WriteAsync(Responses.Numbers("", 5));

        Assert.That(Ask(), Is.EqualTo(new long[] { 5 }));
        Assert.That(server.Requests.OfType<ExecutePlanRequest>().Single().RequestOptions, Is.Empty);
        Assert.That(Released(), Is.Empty);

        server.OnExecute = async (_, stream, _) =>
        {
            await stream.WriteAsync(Responses.Numbers("", 5));
            throw Responses.Error(StatusCode.Unavailable, "gone");
        };
        Assert.That(() => Ask(), Throws.TypeOf<InputException>().With.Message.Contains("the stream broke: gone"));
    }

    [Test]
    public void An_older_Spark_is_refused()
    {
        server.OnAnalyze = _ => FakeServer.Version("3.3.2");
        Assert.That(() => Open(), Throws.TypeOf<InputException>().With.Message.Contains("3.3.2; this needs 3.4"));
    }

    [Test]
    public void An_answer_of_another_shape_is_told_by_column()
    {
        server.OnExecute = async (_, stream, _) =>
        {
            await stream.WriteAsync(Responses.Numbers("a", 5));
            await stream.WriteAsync(Responses.Complete());
        };
        using ConnectSession session = Open();
        RecordBatch batch = session.Query(Question, null, CancellationToken.None).Single();
        using BatchReader reader = new(batch, Question);

        Assert.That(
            () => reader.Longs("m"),
            Throws
                .TypeOf<InputException>()
                .With.Message.EqualTo("Spark answered without a column m when asked to count something; its columns are n")
        );
        Assert.That(
            () => reader.Texts("n").ToList(),
            Throws.TypeOf<InputException>().With.Message.Contains("column n has the type int64")
        );
        Assert.That(() => BatchReader.Row(session, Question, CancellationToken.None, "n", "m"), Throws.TypeOf<InputException>());
    }

    [Test]
    public void Nulls_where_values_must_be_are_told()
    {
        RecordBatch batch = new RecordBatch.Builder()
            .Append("n", true, new Int64Array.Builder().Append(1).AppendNull().Build())
            .Append("t", true, new StringArray.Builder().Append("x").AppendNull().Build())
            .Build();
        using BatchReader reader = new(batch, Question);

        Assert.That(
            () => reader.Longs("n").ToList(),
            Throws.TypeOf<InputException>().With.Message.Contains("column n has a null")
        );
        Assert.That(
            () => reader.Texts("t").ToList(),
            Throws.TypeOf<InputException>().With.Message.Contains("column t has a null")
        );
        Assert.That(reader.NullableLongs("n"), Is.EqualTo(new long?[] { 1, null }));
    }

    [Test]
    public void Bytes_that_are_no_rows_are_told()
    {
        ExecutePlanResponse cut = Responses.Numbers("a", 1, 2, 3);
        cut.ArrowBatch.Data = Google.Protobuf.ByteString.CopyFrom(cut.ArrowBatch.Data.Span[..(cut.ArrowBatch.Data.Length / 2)]);
        server.OnExecute = (_, stream, _) => stream.WriteAsync(cut);
        Assert.That(() => Ask(), Throws.TypeOf<InputException>().With.Message.Contains("when asked to count something"));

        ExecutePlanResponse wrong = Responses.Numbers("a", 1, 2, 3);
        wrong.ArrowBatch.RowCount = 4;
        server.OnExecute = (_, stream, _) => stream.WriteAsync(wrong);
        Assert.That(() => Ask(), Throws.TypeOf<InputException>().With.Message.Contains("announced 4 rows and sent 3"));
    }

    [Test]
    public void Rows_are_sent_as_a_view_and_stored_part_by_part()
    {
        server.OnExecute = (_, stream, _) => stream.WriteAsync(Responses.Complete());
        RecordBatch Part(params int[] ids) =>
            new RecordBatch.Builder().Append("id", false, new Int32Array.Builder().AppendRange(ids).Build()).Build();
        using ConnectSession session = Open();

        session.Upload("t", [Part(1, 2), Part(3)], null, CancellationToken.None);

        Spark.Connect.Protocol.Plan[] plans = [.. server.Requests.OfType<ExecutePlanRequest>().Select(request => request.Plan)];
        Assert.That(
            plans.Select(plan => plan.Command.SqlCommand?.Sql ?? $"view {plan.Command.CreateDataframeView.Name}"),
            Is.EqualTo(
                new[]
                {
                    "DROP TABLE IF EXISTS t",
                    "view t_part",
                    "CREATE TABLE t USING parquet AS SELECT * FROM t_part",
                    "view t_part",
                    "INSERT INTO t SELECT * FROM t_part",
                }
            )
        );
        using Apache.Arrow.Ipc.ArrowStreamReader sent = new(plans[1].Command.CreateDataframeView.Input.LocalRelation.Data.Memory);
        Assert.That(((Int32Array)sent.ReadNextRecordBatch().Column(0)).Values.ToArray(), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public void Headers_and_the_sessions_end_are_sent()
    {
        server.OnExecute = (_, stream, _) => stream.WriteAsync(Responses.Complete());
        using (ConnectSession session = new(server.Connection(";x-cluster=blue%20one"), time))
        {
            session.Execute(Question, null, CancellationToken.None);
        }

        Assert.That(server.Headers.Select(headers => headers.GetValueOrDefault("x-cluster")), Is.All.EqualTo("blue one"));
        Assert.That(server.Requests.Last(), Is.TypeOf<ReleaseSessionRequest>());
    }

    private ConnectSession Open() => new(server.Connection(), time);

    private List<long> Ask(IProgress<WorkProgress>? progress = null)
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

    private List<string> Released() =>
        [
            .. server
                .Requests.OfType<ReleaseExecuteRequest>()
                .Select(request => request.ReleaseUntil is { } until ? until.ResponseId : "all"),
        ];

    /// <summary>Reports as they come; <see cref="Progress{T}"/> would pass them on later.</summary>
    private sealed class Reports : IProgress<WorkProgress>
    {
        public List<WorkProgress> All { get; } = [];

        public void Report(WorkProgress value) => All.Add(value);
    }
}
