namespace CranePipeline.Features.Tests;

internal static class Concurrency
{
    /// <summary>Runs work whose parallel loops may use so many threads and no more.</summary>
    internal static T Limit<T>(int threads, Func<T> work)
    {
        var pair = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, threads);
        return Task
            .Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.None, pair.ConcurrentScheduler)
            .GetAwaiter()
            .GetResult();
    }
}
