using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using CranePipeline.Tables;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Fuzz;

/// <summary>
/// Damaged files of every kind, seeded: whatever the bytes, reading ends in values or in an <see cref="InputException"/> of one
/// line, in bounded time and memory.
/// </summary>
[TestFixture]
[NonParallelizable]
public sealed class FuzzTests
{
    private const int InputsAKind = 12;
    private const long MostMemory = 1L << 30;

    /// <summary>What no small file takes unless its reading never ends.</summary>
    private static readonly TimeSpan Watchdog = TimeSpan.FromMinutes(1);

    private static readonly FuzzTarget[] Targets = [.. RawTargets.All(), .. StoreTargets.All()];

    private string folder = null!;

    [SetUp]
    public void Make() => folder = Directory.CreateTempSubdirectory("crane-fuzz-").FullName;

    [TearDown]
    public void Clean() => Directory.Delete(folder, recursive: true);

    [TestCaseSource(nameof(Targets))]
    public void Whole_files_are_read(FuzzTarget target)
    {
        byte[] whole = target.File.EndsWith(".gz", StringComparison.Ordinal)
            ? Tables.Tests.Mutation.Gzip(target.Whole)
            : target.Whole;
        File.WriteAllBytes(Path.Combine(folder, target.File), whole);
        Assert.That(() => target.Read(folder), Throws.Nothing);
    }

    [TestCaseSource(nameof(Targets))]
    public void Damaged_files_are_read_or_refused_in_one_line(FuzzTarget target) => Run(target, seed: 1, InputsAKind);

    /// <summary>By hand: <c>docs/development.md</c> has the command.</summary>
    [Test, Explicit("takes minutes")]
    public void Twenty_thousand_damaged_files()
    {
        int seed = Setting("CRANE_FUZZ_SEED", 1);
        int inputs = (Setting("CRANE_FUZZ", 20_000) + Targets.Length - 1) / Targets.Length;
        string kinds = Environment.GetEnvironmentVariable("CRANE_FUZZ_KINDS") ?? "";
        FuzzTarget[] chosen = [.. Targets.Where(target => Regex.IsMatch(target.Name, kinds))];
        var clock = Stopwatch.StartNew();
        long refused = 0;
        List<string> faults = [];
        foreach (FuzzTarget target in chosen)
        {
            try
            {
                long before = refused;
                refused += Run(target, seed, inputs);
                TestContext.Progress.WriteLine($"{target.Name}: {inputs} inputs, {refused - before} refused");
            }
            catch (AssertionException fault)
            {
                faults.Add(fault.Message);
                TestContext.Progress.WriteLine(fault.Message);
            }
        }

        TestContext.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{chosen.Length} kinds, {chosen.Length * inputs} inputs, {refused} refused, {clock.Elapsed.TotalSeconds:0} s, peak {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB"
            )
        );
        Assert.That(faults, Is.Empty);
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int given)
            ? given
            : otherwise;

    /// <summary>Reads so many damaged files of a kind; returns how many were refused.</summary>
    private long Run(FuzzTarget target, int seed, int inputs)
    {
        long refused = 0;
        for (int input = 0; input < inputs; input++)
        {
            string name = $"{target.Name}, seed {seed}, input {input}";
            byte[] damaged = target.Damage(target.Whole, new Random(HashCode(seed, input)));
            string place = Path.Combine(folder, "case");
            Directory.CreateDirectory(place);
            File.WriteAllBytes(Path.Combine(place, target.File), damaged);
            using var process = Process.GetCurrentProcess();
            (long before, long peak) = (process.WorkingSet64, process.PeakWorkingSet64);
            Task<Exception?> reading = Task.Factory.StartNew(
                () => Caught(target, place),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default
            );
            if (!reading.Wait(Watchdog))
            {
                throw new AssertionException($"{name}: reading does not end");
            }

            process.Refresh();
            if (process.PeakWorkingSet64 > peak && process.PeakWorkingSet64 - before > MostMemory)
            {
                throw new AssertionException($"{name}: takes {(process.PeakWorkingSet64 - before) >> 20} MiB");
            }

            switch (reading.Result)
            {
                case null:
                    break;
                case InputException error when IsOneLine(error.Message, target):
                    refused++;
                    break;
                case { } error:
                    throw new AssertionException($"{name}: {error}");
            }

            Directory.Delete(place, recursive: true);
        }

        return refused;
    }

    private static Exception? Caught(FuzzTarget target, string place)
    {
        try
        {
            target.Read(place);
            return null;
        }
        catch (Exception error)
        {
            return error;
        }
    }

    /// <summary>
    /// Settings have a line an error; everything else has one. Other control characters are escaped where messages are printed.
    /// </summary>
    private static bool IsOneLine(string message, FuzzTarget target) =>
        message.Length > 0
        && !message.Contains("   at ", StringComparison.Ordinal)
        && !message.Contains('\r', StringComparison.Ordinal)
        && (!message.Contains('\n', StringComparison.Ordinal) || target.Name.StartsWith("conf/", StringComparison.Ordinal));

    /// <summary>The same in every process, which the framework's own is not.</summary>
    private static int HashCode(int seed, int input) => unchecked((seed * 1_000_003) ^ (input * 7919));
}
