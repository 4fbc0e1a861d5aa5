namespace CranePipeline.Store;

/// <summary>How a run waits for others: whom it tells, for how long, and what ends it.</summary>
/// <param name="Tell">Told once, with the reason, when there is something to wait for.</param>
/// <param name="Limit">The longest wait, or null for any.</param>
/// <param name="Cancellation">Ends the wait.</param>
internal sealed record StoreWait(Action<string> Tell, TimeSpan? Limit, CancellationToken Cancellation)
{
    /// <summary>Waits without a word or a limit.</summary>
    public static StoreWait Silently { get; } = new(_ => { }, null, CancellationToken.None);

    /// <summary>Asks again and again until there is no reason to wait.</summary>
    /// <param name="interval">Time between two questions.</param>
    /// <param name="reason">The reason to wait, or null.</param>
    /// <exception cref="WaitTimeoutException">The limit is reached.</exception>
    public void Until(TimeSpan interval, Func<string?> reason)
    {
        long start = TimeProvider.System.GetTimestamp();
        bool told = false;
        while (reason() is { } why)
        {
            if (!told)
            {
                Tell(why);
                told = true;
            }

            if (Limit is { } limit && TimeProvider.System.GetElapsedTime(start) >= limit)
            {
                throw new WaitTimeoutException($"{why}, and the time of -Wait is up; try again later");
            }

            Cancellation.WaitHandle.WaitOne(interval);
            Cancellation.ThrowIfCancellationRequested();
        }
    }
}
