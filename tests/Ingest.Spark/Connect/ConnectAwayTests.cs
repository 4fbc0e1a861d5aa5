using CranePipeline.Ingest.Spark.Connect;
using CranePipeline.Ingest.Spark.Connect.Protocol;
using CranePipeline.Tables;
using Grpc.Core;
using NUnit.Framework;

namespace CranePipeline.Ingest.Spark.Tests.Connect;

/// <summary>The client and a server that is away, for a while or for good.</summary>
public sealed class ConnectAwayTests : ConnectFixture
{
    [Test]
    public void A_stream_that_breaks_goes_on_behind_the_last_response()
    {
        Server.OnExecute = async (_, stream, _) =>
        {
            await stream.WriteAsync(Responses.Numbers("a", 1));
            await stream.WriteAsync(Responses.Numbers("b", 2));
            throw Responses.Error(StatusCode.Unavailable, "connection reset");
        };
        int breaks = 0;
        Server.OnReattach = async (request, stream, _) =>
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

        string operation = Server.Requests.OfType<ExecutePlanRequest>().Single().OperationId;
        ReattachExecuteRequest[] again = [.. Server.Requests.OfType<ReattachExecuteRequest>()];
        Assert.That(again.Select(request => request.OperationId), Is.All.EqualTo(operation));
        Assert.That(again.Select(request => request.LastResponseId), Is.EqualTo(new[] { "b", "b", "c" }));
        Assert.That(Time.Waits, Is.EqualTo(new[] { TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(200) }));
    }

    [Test]
    public void A_request_that_never_arrived_is_sent_again()
    {
        int calls = 0;
        Server.OnExecute = async (_, stream, _) =>
        {
            if (calls++ == 0)
            {
                throw Responses.Error(StatusCode.Unavailable, "starting");
            }

            await stream.WriteAsync(Responses.Numbers("a", 7));
            await stream.WriteAsync(Responses.Complete());
        };
        Server.OnReattach = (_, _, _) =>
            throw Responses.Error(
                StatusCode.Internal,
                "[INVALID_HANDLE.OPERATION_NOT_FOUND] The handle is invalid. Operation not found."
            );

        Assert.That(Ask(), Is.EqualTo(new long[] { 7 }));
        Assert.That(
            Server.Requests.OfType<ExecutePlanRequest>().Select(request => request.OperationId).Distinct().Count(),
            Is.EqualTo(1)
        );
    }

    [Test]
    public void A_lost_operation_whose_rows_have_been_read_is_an_error()
    {
        Server.OnExecute = async (_, stream, _) =>
        {
            await stream.WriteAsync(Responses.Numbers("a", 1));
            throw Responses.Error(StatusCode.Unavailable, "gone");
        };
        Server.OnReattach = (_, _, _) =>
            throw Responses.Error(StatusCode.Internal, "[INVALID_HANDLE.OPERATION_NOT_FOUND] Operation not found.");

        InputException error = Assert.Throws<InputException>(() => Ask())!;

        Assert.That(error.Message, Does.Contain("OPERATION_NOT_FOUND").And.Contain(Question.Purpose));
    }

    [Test]
    public void The_server_says_how_long_to_wait()
    {
        int calls = 0;
        Server.OnAnalyze = _ => calls++ == 0 ? throw Responses.ComeAgain(TimeSpan.FromSeconds(7)) : FakeServer.Version("4.0.0");

        using ConnectSession session = Open();

        Assert.That(session.SparkVersion, Is.EqualTo("4.0.0"));
        Assert.That(Time.Waits, Is.EqualTo(new[] { TimeSpan.FromSeconds(7) }));
    }

    [Test]
    public void A_server_that_never_answers_is_told_soon()
    {
        Server.OnAnalyze = _ => throw Responses.Error(StatusCode.Unavailable, "no route to host");

        InputException error = Assert.Throws<InputException>(() => Open().Dispose())!;

        Assert.That(
            error.Message,
            Does.StartWith("Spark at sc://127.0.0.1:").And.Contain("cannot be reached (no route to host)")
        );
        Assert.That(
            Time.Waits,
            Is.EqualTo(new[] { 50, 200, 800, 3_200, 12_800 }.Select(wait => TimeSpan.FromMilliseconds(wait)))
        );
    }

    [Test]
    public void A_server_that_goes_away_is_waited_for_as_Spark_asks()
    {
        Server.OnExecute = (_, _, _) => throw Responses.Error(StatusCode.Unavailable, "gone");
        Server.OnReattach = (_, _, _) => throw Responses.Error(StatusCode.Unavailable, "gone");

        Assert.That(() => Ask(), Throws.TypeOf<InputException>().With.Message.Contains("cannot be reached (gone)"));
        Assert.That(Time.Waits, Has.Count.EqualTo(15));
        Assert.That(Time.Waits[^1], Is.EqualTo(TimeSpan.FromMinutes(1)));
    }

    [Test]
    public void Spark_3_4_knows_no_taking_up_again()
    {
        Server.OnAnalyze = _ => FakeServer.Version("3.4.3");
        Server.OnExecute = (_, stream, _) => stream.WriteAsync(Responses.Numbers("", 5));

        Assert.That(Ask(), Is.EqualTo(new long[] { 5 }));
        Assert.That(Server.Requests.OfType<ExecutePlanRequest>().Single().RequestOptions, Is.Empty);
        Assert.That(Released(), Is.Empty);

        Server.OnExecute = async (_, stream, _) =>
        {
            await stream.WriteAsync(Responses.Numbers("", 5));
            throw Responses.Error(StatusCode.Unavailable, "gone");
        };
        Assert.That(() => Ask(), Throws.TypeOf<InputException>().With.Message.Contains("the stream broke: gone"));
    }
}
