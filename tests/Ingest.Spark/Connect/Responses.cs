using Apache.Arrow;
using Apache.Arrow.Ipc;
using CranePipeline.Ingest.Spark.Connect.Protocol;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace CranePipeline.Ingest.Spark.Tests.Connect;

/// <summary>What a server sends.</summary>
internal static class Responses
{
    /// <summary>A batch of one column of whole numbers.</summary>
    public static ExecutePlanResponse Numbers(string id, params long[] numbers)
    {
        RecordBatch batch = new RecordBatch.Builder()
            .Append("n", false, new Int64Array.Builder().AppendRange(numbers).Build())
            .Build();
        return Batch(id, batch);
    }

    public static ExecutePlanResponse Batch(string id, RecordBatch batch)
    {
        using MemoryStream stream = new();
        using (ArrowStreamWriter writer = new(stream, batch.Schema, leaveOpen: true))
        {
            writer.WriteRecordBatch(batch);
            writer.WriteEnd();
        }

        return new ExecutePlanResponse
        {
            ResponseId = id,
            ArrowBatch = new ExecutePlanResponse.Types.ArrowBatch
            {
                RowCount = batch.Length,
                Data = ByteString.CopyFrom(stream.ToArray()),
            },
        };
    }

    public static ExecutePlanResponse Progress(long done, long all) =>
        new()
        {
            ResponseId = $"progress-{done}",
            ExecutionProgress = new ExecutePlanResponse.Types.ExecutionProgress
            {
                Stages =
                {
                    new ExecutePlanResponse.Types.ExecutionProgress.Types.StageInfo { NumTasks = all, NumCompletedTasks = done },
                },
            },
        };

    public static ExecutePlanResponse Complete() =>
        new() { ResponseId = "complete", ResultComplete = new ExecutePlanResponse.Types.ResultComplete() };

    public static RpcException Error(StatusCode code, string message) => new(new Grpc.Core.Status(code, message));

    /// <summary>An error that asks to come again after a while.</summary>
    public static RpcException ComeAgain(TimeSpan delay)
    {
        Spark.Connect.Protocol.Status status = new()
        {
            Code = (int)StatusCode.ResourceExhausted,
            Details = { Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(delay) }) },
        };
        Grpc.Core.Metadata trailers = new() { { "grpc-status-details-bin", status.ToByteArray() } };
        return new RpcException(new Grpc.Core.Status(StatusCode.ResourceExhausted, "busy"), trailers);
    }
}
