using CranePipeline.Ingest.Spark.Connect.Protocol;
using CranePipeline.Tables;
using Google.Protobuf;
using Grpc.Core;

namespace CranePipeline.Ingest.Spark.Connect;

/// <summary>What a server's errors mean: whether to try again and when, and one line for a person.</summary>
internal static class ServerErrors
{
    private const string Details = "grpc-status-details-bin";
    private const int LongestMessage = 600;
    private static readonly string[] TraceBeginnings =
    [
        "at ",
        "'",
        "+-",
        ":-",
        "==",
        "JVM stacktrace",
        "Driver stacktrace",
        "Caused by",
    ];

    /// <summary>
    /// Whether the same call may succeed later: the server is not there, says when to come again, or has lost the stream's place.
    /// </summary>
    public static bool IsPassing(RpcException error) =>
        error.StatusCode == StatusCode.Unavailable
        || RetryDelay(error) is not null
        || (
            error.StatusCode == StatusCode.Internal
            && error.Status.Detail.Contains("INVALID_CURSOR.DISCONNECTED", StringComparison.Ordinal)
        );

    /// <summary>Whether the server knows nothing of an operation or session that this client had asked for.</summary>
    public static bool IsUnknownOperation(RpcException error) =>
        error.Status.Detail.Contains("INVALID_HANDLE.OPERATION_NOT_FOUND", StringComparison.Ordinal)
        || error.Status.Detail.Contains("INVALID_HANDLE.SESSION_NOT_FOUND", StringComparison.Ordinal);

    /// <summary>How long the server asks to wait, or null.</summary>
    public static TimeSpan? RetryDelay(RpcException error)
    {
        byte[]? details = error.Trailers.GetValueBytes(Details);
        if (details is null)
        {
            return null;
        }

        try
        {
            return Protocol
                .Status.Parser.ParseFrom(details)
                .Details.Where(detail => detail.Is(RetryInfo.Descriptor))
                .Select(detail => detail.Unpack<RetryInfo>().RetryDelay?.ToTimeSpan())
                .FirstOrDefault(delay => delay is not null);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    /// <summary>The error as the line that a person reads.</summary>
    public static InputException Explain(RpcException error, string purpose, ConnectionString server) =>
        new(
            error.StatusCode switch
            {
                StatusCode.Unavailable =>
                    $"Spark at {server} cannot be reached ({Line(error)}); is its Connect server running, and is -Spark right?",
                StatusCode.Unauthenticated or StatusCode.PermissionDenied =>
                    $"Spark at {server} refuses the user ({Line(error)}); give a token: -Spark '{server}/;token=TOKEN'",
                StatusCode.Unimplemented =>
                    $"Spark at {server} does not speak Spark Connect ({Line(error)}); this needs Spark 3.4 or newer",
                StatusCode.ResourceExhausted =>
                    $"Spark at {server} sent a message that is too large ({Line(error)}); add ;grpc_max_message_size=BYTES to -Spark",
                _ => $"Spark at {server} could not {purpose}: {Line(error)}",
            },
            error
        );

    /// <summary>A message without the plan or the trace behind it, on one line.</summary>
    public static string Line(RpcException error)
    {
        IEnumerable<string> lines = error
            .Status.Detail.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .TakeWhile(line => !Array.Exists(TraceBeginnings, beginning => line.StartsWith(beginning, StringComparison.Ordinal)));
        string text = string.Concat(string.Join(' ', lines).Select(letter => char.IsControl(letter) ? ' ' : letter))
            .TrimEnd('.', ';', ' ');
        return text.Length switch
        {
            0 => error.StatusCode.ToString(),
            > LongestMessage => text[..LongestMessage] + "…",
            _ => text,
        };
    }
}
