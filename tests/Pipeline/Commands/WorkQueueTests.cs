using CranePipeline.Commands;
using CranePipeline.Pipeline.Tests.Store;
using CranePipeline.Progress;
using CranePipeline.Stages;
using CranePipeline.Store;
using CranePipeline.Tables;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Commands;

/// <summary>Lists of artifacts to make: what fails, what waits for what, and what runs share out.</summary>
public sealed class WorkQueueTests : StoreFixture
{
    // Longer than any machine takes for what is waited for; nothing waits for it to pass.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Test]
    public void Two_runs_of_one_list_share_it_out()
    {
        using var first = new ManualResetEventSlim();
        using var second = new ManualResetEventSlim();
        var made = new List<string>();
        // Each is only made once the other one is under way, which one run after the other could not do.
        List<QueuedWork> Work(ArtifactStore store) =>
            [
                Make(store, "one", made, () => Meet(first, second)),
                Make(store, "two", made, () => Meet(second, first)),
                Make(store, "three", made),
            ];

        string[] told = [.. Both(Work)];

        Assert.That(made, Is.EquivalentTo(["one", "two", "three"]));
        Assert.That(told, Has.None.Contains("failed"));
    }

    [Test]
    public void What_another_run_makes_is_waited_for_and_not_made_again()
    {
        using var begun = new ManualResetEventSlim();
        using var waiting = new ManualResetEventSlim();
        var made = new List<string>();
        using ArtifactStore mine = new(Root);
        using ArtifactStore others = new(Root);
        QueuedWork work = Make(others, "one", made, () => Meet(begun, waiting));
        Task other = Task.Run(() => new WorkQueue(Environment(others, []), new TrainingTimes()).Run("list", [work]));
        Assert.That(begun.Wait(Patience));

        List<string> told = [];
        RunEnvironment environment = Environment(mine, told, line => Signal(line, "waiting for it", waiting));
        IReadOnlyList<FailedWork> failures = new WorkQueue(environment, new TrainingTimes()).Run(
            "list",
            [Make(mine, "one", made)]
        );
        other.GetAwaiter().GetResult();

        Assert.Multiple(() =>
        {
            Assert.That(made, Is.EqualTo(["one"]));
            Assert.That(failures, Is.Empty);
            Assert.That(
                told,
                Has.Some.Contains("other runs are making what is left (1)").And.Some.Contains("1 more there by now")
            );
        });
    }

    [Test]
    public void One_that_fails_costs_itself_and_what_waits_for_it()
    {
        using ArtifactStore store = new(Root);
        var made = new List<string>();
        QueuedWork search = Make(store, "search", made, static () => throw new InputException("it explodes"));
        QueuedWork run = Make(store, "run", made, static () => throw new InputException("nothing was chosen")) with
        {
            IsReady = () => search.Find() is not null,
        };
        QueuedWork later = Make(store, "later", made);

        IReadOnlyList<FailedWork> failures = new WorkQueue(Environment(store, []), new TrainingTimes()).Run(
            "list",
            [search, run, later]
        );

        Assert.That(made, Is.EqualTo(["later"]));
        Assert.That(failures.Select(failure => failure.Reason), Is.EqualTo(["it explodes", "nothing was chosen"]));
    }

    [Test]
    public void What_waits_for_another_comes_after_it()
    {
        using ArtifactStore store = new(Root);
        var made = new List<string>();
        QueuedWork search = Make(store, "search", made);
        QueuedWork run = Make(store, "run", made) with { IsReady = () => search.Find() is not null };

        new WorkQueue(Environment(store, []), new TrainingTimes()).Run("list", [run, search]);

        Assert.That(made, Is.EqualTo(["search", "run"]));
    }

    private static void Meet(ManualResetEventSlim mine, ManualResetEventSlim other)
    {
        mine.Set();
        Assert.That(other.Wait(Patience), "the other run has not begun its own");
    }

    private static void Signal(string line, string words, ManualResetEventSlim signal)
    {
        if (line.Contains(words, StringComparison.Ordinal))
        {
            signal.Set();
        }
    }

    private static QueuedWork Make(ArtifactStore store, string name, List<string> made, Action? before = null)
    {
        var identity = new ArtifactIdentity("shop", name, 1, "{}", []);
        Artifact Build() =>
            store
                .GetOrBuild(
                    identity,
                    force: false,
                    (staging, _) =>
                    {
                        before?.Invoke();
                        lock (made)
                        {
                            made.Add(name);
                        }

                        staging.WriteText("text", name);
                    },
                    StoreWait.Silently
                )
                .Artifact;
        return new QueuedWork(name, "shop", "bpr", 1, true, () => true, () => identity, () => store.Find(identity), Build);
    }

    private static RunEnvironment Environment(ArtifactStore store, List<string> told, Action<string>? heard = null) =>
        new()
        {
            Store = store,
            DataFolder = store.Folder.Root,
            Threads = 1,
            CreateEngine = static () => throw new NotSupportedException(),
            Display = new Lines(told, heard),
        };

    private List<string> Both(Func<ArtifactStore, List<QueuedWork>> work)
    {
        var told = new List<string>();
        Task[] runs =
        [
            .. Enumerable
                .Range(0, 2)
                .Select(_ =>
                    Task.Run(() =>
                    {
                        using ArtifactStore store = new(Root);
                        new WorkQueue(Environment(store, told), new TrainingTimes()).Run("list", work(store));
                    })
                ),
        ];
        Task.WaitAll(runs);
        return told;
    }

    private sealed class Lines(List<string> told, Action<string>? heard) : IProgressDisplay
    {
        public void StageStarted(string stage) { }

        public void StageEnded(string stage, StageState state, string? detail = null) { }

        public void Report(WorkProgress value) { }

        public void Info(string message)
        {
            lock (told)
            {
                told.Add(message);
            }

            heard?.Invoke(message);
        }

        public void Warning(string message) => Info(message);

        public void Verbose(string message) { }

        public void Dispose() { }
    }
}
