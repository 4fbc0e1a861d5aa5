using System.Diagnostics;
using System.Globalization;
using CranePipeline.Progress;
using CranePipeline.Stages;
using CranePipeline.Store;
using CranePipeline.Tables;

namespace CranePipeline.Commands;

/// <summary>An artifact that a sweep or a benchmark wants.</summary>
/// <param name="Title">What it is, for the person who watches.</param>
/// <param name="Dataset">Its data set.</param>
/// <param name="Model">Its model, or whatever its time depends on besides the data set.</param>
/// <param name="Trainings">How many trainings it takes; 0 where it is at hand.</param>
/// <param name="IsTrained">Whether the model is trained; one that is fitted at once tells nothing about the time of one that is.</param>
/// <param name="IsReady">Whether what has to come before it is there.</param>
/// <param name="Identify">Which artifact it is, or null where that is not known yet.</param>
/// <param name="Find">The artifact where it is there, else null.</param>
/// <param name="Make">Makes it.</param>
internal sealed record QueuedWork(
    string Title,
    string Dataset,
    string Model,
    int Trainings,
    bool IsTrained,
    Func<bool> IsReady,
    Func<ArtifactIdentity?> Identify,
    Func<Artifact?> Find,
    Func<Artifact> Make
);

/// <summary>One that could not be made, and why.</summary>
internal sealed record FailedWork(QueuedWork Work, string Reason);

/// <summary>
/// Makes what is not there of a list of artifacts, one after the other, and says how far it is and how long the rest may take. What
/// is in the store is not made again, so that an interrupted list goes on where it was; what another run has taken on is left to it, so
/// that runs with the same list share it out.
/// </summary>
/// <param name="environment">Store, progress, cancellation.</param>
/// <param name="times">What trainings took before; those of the list are added.</param>
internal sealed class WorkQueue(RunEnvironment environment, TrainingTimes times)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>What the estimates are made of.</summary>
    public TrainingTimes Times => times;

    /// <summary>" (about 5 min left)", or nothing where there is nothing left or nothing known.</summary>
    public string Left(IReadOnlyCollection<QueuedWork> left) =>
        left.Count > 0 && times.Estimate(left) is { } seconds
            ? $" (about {Phrase.Left(TimeSpan.FromSeconds(seconds))} left)"
            : string.Empty;

    /// <summary>The work whose artifact is not there.</summary>
    public IReadOnlyList<QueuedWork> Pending(IReadOnlyList<QueuedWork> all) => [.. all.Where(IsPending)];

    /// <summary>"12 runs, 3 are there, 9 to do (about 5 min left)".</summary>
    public string Summary(int all, IReadOnlyCollection<QueuedWork> pending) =>
        $"{all} runs, {all - pending.Count} are there, {pending.Count} to do{Left(pending)}";

    /// <summary>Makes what is pending. One that fails does not cost the others.</summary>
    /// <param name="name">What is run: "sweep ablations".</param>
    /// <param name="all">All of its work.</param>
    /// <returns>What failed.</returns>
    public IReadOnlyList<FailedWork> Run(string name, IReadOnlyList<QueuedWork> all)
    {
        List<QueuedWork> pending = [.. Pending(all)];
        environment.Display.Info($"{name}: {Summary(all.Count, pending)}");
        var failures = new List<FailedWork>();
        int count = pending.Count;
        while (Take(name, pending) is var (work, claim))
        {
            using (claim)
            {
                int each = count - pending.Count;
                environment.Display.Info(
                    string.Create(CultureInfo.InvariantCulture, $"run {each + 1} of {count}: {work.Title}{Left(pending)}")
                );
                pending.Remove(work);
                var clock = Stopwatch.StartNew();
                try
                {
                    work.Make();
                    times.Remember(work.Dataset, work.Model, work.IsTrained, work.Trainings, clock.Elapsed.TotalSeconds);
                }
                catch (InputException problem)
                {
                    // One point whose training explodes does not cost the night's other runs.
                    environment.Display.Warning($"{work.Title} failed: {problem.Message}");
                    failures.Add(new FailedWork(work, problem.Message));
                }
            }
        }

        return failures;
    }

    /// <summary>
    /// What to make next and the claim to it, after a wait where others have claimed all there is; null where nothing is left.
    /// </summary>
    private (QueuedWork Work, IDisposable? Claim)? Take(string name, List<QueuedWork> pending)
    {
        (QueuedWork, IDisposable?)? taken = null;
        StoreWait wait = environment.Wait(name) with { Cancellation = environment.Pause };
        wait.Until(
            Look,
            () =>
            {
                int there = pending.RemoveAll(work => !IsPending(work));
                if (there > 0)
                {
                    environment.Display.Info($"{name}: {there} more there by now");
                }

                taken = Claim(pending);
                return taken is null && pending.Count > 0 ? $"other runs are making what is left ({pending.Count})" : null;
            }
        );
        return taken;
    }

    private bool IsPending(QueuedWork work) => environment.Force || work.Find() is null;

    /// <summary>The first that nobody else makes; where all the others wait for something that failed, the first of them, to tell.</summary>
    private (QueuedWork Work, IDisposable? Claim)? Claim(List<QueuedWork> pending)
    {
        bool isShared = false;
        foreach (QueuedWork work in pending.Where(work => work.IsReady()))
        {
            if (work.Identify() is not { } identity)
            {
                return (work, null);
            }

            if (environment.Store.TryClaim(identity) is { } claim)
            {
                return (work, claim);
            }

            isShared = true;
        }

        return isShared || pending.Count == 0 ? null : (pending[0], null);
    }

    /// <summary>Failures in one line, those of one reason together.</summary>
    public static string Describe(IReadOnlyList<FailedWork> failures) =>
        string.Join(
            "; ",
            failures
                .GroupBy(failure => failure.Reason)
                .Select(group =>
                    group.Count() == 1
                        ? $"{group.First().Work.Title}: {group.Key}"
                        : $"{group.First().Work.Title} and {group.Count() - 1} more: {group.Key}"
                )
        );
}
