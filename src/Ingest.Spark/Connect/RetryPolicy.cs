using Grpc.Core;
using Polly;
using Polly.Retry;

namespace CranePipeline.Ingest.Spark.Connect;

/// <summary>
/// Tries again as Spark's own clients do: up to 15 times, after 50 ms and then four times as long each time up to a minute, or
/// after what the server asks for if that is longer, at most ten minutes.
/// </summary>
internal static class RetryPolicy
{
    /// <summary>Times to try again once a server has answered.</summary>
    public const int Patient = 15;

    /// <summary>Times to try again before one has: a wrong address should not take ten minutes to be told.</summary>
    public const int First = 5;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestAsked = TimeSpan.FromMinutes(10);

    /// <summary>A policy that waits by this clock.</summary>
    public static ResiliencePipeline Create(TimeProvider time, int attempts = Patient) =>
        new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(
                new RetryStrategyOptions
                {
                    ShouldHandle = new PredicateBuilder().Handle<RpcException>(ServerErrors.IsPassing),
                    MaxRetryAttempts = attempts,
                    DelayGenerator = attempt =>
                        ValueTask.FromResult<TimeSpan?>(Delay(attempt.AttemptNumber, (RpcException)attempt.Outcome.Exception!)),
                }
            )
            .Build();

    /// <summary>How long to wait after so many failures, counted from 0.</summary>
    public static TimeSpan Delay(int attempt, RpcException error)
    {
        TimeSpan own = FirstDelay * Math.Pow(4, Math.Min(attempt, 10));
        own = own < Longest ? own : Longest;
        TimeSpan asked = ServerErrors.RetryDelay(error) ?? TimeSpan.Zero;
        asked = asked < LongestAsked ? asked : LongestAsked;
        return asked > own ? asked : own;
    }
}
