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
/// <param name="Trainings">How many trainings it takes.</param>
/// <param name="Find">The artifact where it is there, else null.</param>
/// <param name="Make">Makes it.</param>
internal sealed record QueuedWork(
    string Title,
    string Dataset,
    string Model,
    int Trainings,
    Func<Artifact?> Find,
    Func<Artifact> Make
);

/// <summary>One that could not be made, and why.</summary>
internal sealed record FailedWork(QueuedWork Work, string Reason);

/// <summary>
/// Makes what is not there of a list of artifacts, one after the other, and says how far it is and how long the rest may take. What
/// is in the store is not made again, so that an interrupted list goes on where it was.
/// </summary>
internal sealed class WorkQueue(RunEnvironment environment)
{
    private readonly Dictionary<(string Dataset, string Model), (double Seconds, int Trainings)> history = [];

    /// <summary>Remembers what trainings took, which is what the estimates are made of.</summary>
    public void Remember(string dataset, string model, int trainings, double seconds)
    {
        (double before, int count) = history.GetValueOrDefault((dataset, model));
        history[(dataset, model)] = (before + seconds, count + trainings);
    }

    /// <summary>
    /// Seconds that work may take: a training as long as those of the same model on the same data set, else as those of the data
    /// set's other models, else as any. Null where nothing is known.
    /// </summary>
    public double? Estimate(IEnumerable<QueuedWork> left)
    {
        double seconds = 0;
        foreach (QueuedWork work in left)
        {
            double? each =
                Mean((dataset, model) => dataset == work.Dataset && model == work.Model)
                ?? Mean((dataset, _) => dataset == work.Dataset)
                ?? Mean((_, _) => true);
            if (each is null)
            {
                return null;
            }

            seconds += each.Value * work.Trainings;
        }

        return seconds;
    }

    /// <summary>" (about 5 min left)", or nothing where there is nothing left or nothing known.</summary>
    public string Left(IReadOnlyCollection<QueuedWork> left) =>
        left.Count > 0 && Estimate(left) is { } seconds
            ? $" (about {Phrase.Left(TimeSpan.FromSeconds(seconds))} left)"
            : string.Empty;

    /// <summary>The work whose artifact is not there.</summary>
    public IReadOnlyList<QueuedWork> Pending(IReadOnlyList<QueuedWork> all) =>
        [.. all.Where(work => environment.Force || work.Find() is null)];

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
        for (int each = 0; each < count; each++)
        {
            QueuedWork work = pending[0];
            environment.Display.Info(
                string.Create(CultureInfo.InvariantCulture, $"run {each + 1} of {count}: {work.Title}{Left(pending)}")
            );
            pending.RemoveAt(0);
            var clock = Stopwatch.StartNew();
            try
            {
                work.Make();
                Remember(work.Dataset, work.Model, work.Trainings, clock.Elapsed.TotalSeconds);
            }
            catch (InputException problem)
            {
                // One point whose training explodes does not cost the night's other runs.
                environment.Display.Warning($"{work.Title} failed: {problem.Message}");
                failures.Add(new FailedWork(work, problem.Message));
            }
        }

        return failures;
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

    private double? Mean(Func<string, string, bool> wanted)
    {
        double seconds = 0;
        int trainings = 0;
        foreach (((string dataset, string model), (double taken, int count)) in history)
        {
            if (wanted(dataset, model))
            {
                seconds += taken;
                trainings += count;
            }
        }

        return trainings == 0 ? null : seconds / trainings;
    }
}
