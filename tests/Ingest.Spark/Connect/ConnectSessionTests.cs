using Apache.Arrow;
using CranePipeline.Ingest.Spark.Connect;
using CranePipeline.Ingest.Spark.Connect.Protocol;
using CranePipeline.Tables;
using Grpc.Core;
using NUnit.Framework;

namespace CranePipeline.Ingest.Spark.Tests.Connect;

/// <summary>The client against a server that answers as each test wants.</summary>
public sealed class ConnectSessionTests : ConnectFixture
{
    [Test]
    public void Rows_of_several_batches_come_in_their_order_and_progress_is_told()
    {
        Server.OnExecute = async (_, stream, _) =>
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

        ExecutePlanRequest request = Server.Requests.OfType<ExecutePlanRequest>().Single();
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
        Server.OnExecute = (_, stream, _) => stream.WriteAsync(Responses.Complete());
        using ConnectSession session = Open();

        session.Execute(new Statement("make a view", "CREATE VIEW v AS SELECT 1"), null, CancellationToken.None);

        Assert.That(
            Server.Requests.OfType<ExecutePlanRequest>().Single().Plan.Command.SqlCommand.Sql,
            Is.EqualTo("CREATE VIEW v AS SELECT 1")
        );
    }

    [Test]
    public void An_error_of_the_server_is_its_message_on_one_line()
    {
        Server.OnExecute = (_, _, _) =>
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
        Assert.That(Server.Requests.OfType<ExecutePlanRequest>().Count(), Is.EqualTo(1), "a refusal is not tried again");
    }

    [Test]
    public void Interrupting_the_program_interrupts_the_job()
    {
        using CancellationTokenSource stop = new();
        Server.OnExecute = async (_, stream, context) =>
        {
            await stream.WriteAsync(Responses.Numbers("a", 1));
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.CancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        using ConnectSession session = Open();

        Assert.Catch<OperationCanceledException>(() => session.Query(Question, null, stop.Token).ToList());

        string operation = Server.Requests.OfType<ExecutePlanRequest>().Single().OperationId;
        InterruptRequest interrupt = Server.Requests.OfType<InterruptRequest>().Single();
        Assert.That(interrupt.OperationId, Is.EqualTo(operation));
        Assert.That(interrupt.InterruptType, Is.EqualTo(InterruptRequest.Types.InterruptType.OperationId));
        Assert.That(Released()[^1], Is.EqualTo("all"));
    }

    [Test]
    public void An_older_Spark_is_refused()
    {
        Server.OnAnalyze = _ => FakeServer.Version("3.3.2");
        Assert.That(() => Open(), Throws.TypeOf<InputException>().With.Message.Contains("3.3.2; this needs 3.4"));
    }

    [Test]
    public void An_answer_of_another_shape_is_told_by_column()
    {
        Server.OnExecute = async (_, stream, _) =>
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
        Server.OnExecute = (_, stream, _) => stream.WriteAsync(cut);
        Assert.That(() => Ask(), Throws.TypeOf<InputException>().With.Message.Contains("when asked to count something"));

        ExecutePlanResponse wrong = Responses.Numbers("a", 1, 2, 3);
        wrong.ArrowBatch.RowCount = 4;
        Server.OnExecute = (_, stream, _) => stream.WriteAsync(wrong);
        Assert.That(() => Ask(), Throws.TypeOf<InputException>().With.Message.Contains("announced 4 rows and sent 3"));
    }

    [Test]
    public void Rows_are_sent_as_a_view_and_stored_part_by_part()
    {
        Server.OnExecute = (_, stream, _) => stream.WriteAsync(Responses.Complete());
        RecordBatch Part(params int[] ids) =>
            new RecordBatch.Builder().Append("id", false, new Int32Array.Builder().AppendRange(ids).Build()).Build();
        using ConnectSession session = Open();

        session.Upload("t", [Part(1, 2), Part(3)], null, CancellationToken.None);

        Spark.Connect.Protocol.Plan[] plans = [.. Server.Requests.OfType<ExecutePlanRequest>().Select(request => request.Plan)];
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
        Server.OnExecute = (_, stream, _) => stream.WriteAsync(Responses.Complete());
        using (ConnectSession session = new(Server.Connection(";x-cluster=blue%20one"), Time))
        {
            session.Execute(Question, null, CancellationToken.None);
        }

        Assert.That(Server.Headers.Select(headers => headers.GetValueOrDefault("x-cluster")), Is.All.EqualTo("blue one"));
        Assert.That(Server.Requests.Last(), Is.TypeOf<ReleaseSessionRequest>());
    }

    /// <summary>Reports as they come; <see cref="Progress{T}"/> would pass them on later.</summary>
    private sealed class Reports : IProgress<WorkProgress>
    {
        public List<WorkProgress> All { get; } = [];

        public void Report(WorkProgress value) => All.Add(value);
    }
}
