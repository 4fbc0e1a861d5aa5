using System.Diagnostics;
using System.Globalization;
using CranePipeline.Ingest;
using CranePipeline.SampleData;
using CranePipeline.Tables;

namespace CranePipeline.Benchmarks;

/// <summary>
/// Ingest as a plain measured command, since one run takes seconds and its peak memory counts:
/// <c>ingest [rows] [threads] [folder]</c> takes generated ratings from CSV to ids, 4-core, five splits and Parquet;
/// <c>ingest-gzip FILE [threads]</c> reads a gzipped file of reviews and compares with <c>gzip -dc</c>. Processor time stands
/// beside wall time, as it tells more on a machine with other work.
/// </summary>
internal static class IngestBenchmarks
{
    private static readonly long[] Seeds = [9, 672, 5368, 12784, 2023];

    /// <summary>Runs the command if it is one of these.</summary>
    internal static bool Run(string[] arguments)
    {
        switch (arguments)
        {
            case ["ingest", .. var rest]:
                Ratings(
                    rest.Length > 0 ? long.Parse(rest[0], CultureInfo.InvariantCulture) : 20_000_000,
                    rest.Length > 1 ? int.Parse(rest[1], CultureInfo.InvariantCulture) : 2,
                    rest.Length > 2 ? rest[2] : Path.Combine(Path.GetTempPath(), "crane-ingest")
                );
                return true;
            case ["ingest-gzip", var file, .. var rest]:
                Gzip(Path.GetFullPath(file), rest.Length > 0 ? int.Parse(rest[0], CultureInfo.InvariantCulture) : 2);
                return true;
            default:
                return false;
        }
    }

    private static void Ratings(long rows, int threads, string folder)
    {
        GenerateOptions generate = new()
        {
            Kind = GenerateKind.Ratings,
            Name = "Benchmark",
            Users = (int)Math.Clamp(rows / 4, 1, 500_000_000),
            Items = (int)Math.Clamp(rows / 25, 1, 500_000_000),
            Interactions = rows,
        };
        string data = Path.Combine(folder, "data");
        string file = Path.Combine(data, Generator.Run(generate, data, threads).Files[0].Path);
        string output = Directory.CreateDirectory(Path.Combine(folder, "output")).FullName;
        Clock clock = new();
        IngestOptions options = new() { Interactions = [new InteractionSource { Path = file }] };
        IngestResult result = Ingestor.Run(options, data, threads, clock);
        clock.Tell("splitting by five seeds, and writing interactions, users and items");
        // Files are written beside the splitting, and later one more of them than there are threads, since each waits for the disk
        // at its end.
        Task written = Task.WhenAll(
            Task.Run(() => Write(output, "interactions", result.Interactions.Write)),
            Task.Run(() => Write(output, "users", new RawIds(IdKind.User, result.UserIds).Write)),
            Task.Run(() => Write(output, "items", new RawIds(IdKind.Item, result.ItemIds).Write))
        );
        // The next seed is split while the last one's parts are written.
        Task writing = Task.CompletedTask;
        foreach (long seed in Seeds)
        {
            SplitResult split = Splitter.Split(
                result.Interactions,
                result.UserIds,
                result.ItemIds,
                new SplitOptions(),
                seed,
                threads
            );
            writing.GetAwaiter().GetResult();
            clock.Tell($"writing the split of seed {seed}");
            writing = Task.Run(() =>
            {
                foreach (SplitPart part in (SplitPart[])[SplitPart.Train, SplitPart.Valid, SplitPart.Test])
                {
                    Write(
                        output,
                        string.Create(CultureInfo.InvariantCulture, $"{part}_{seed}"),
                        path => split.Write(part, result.Interactions, path)
                    );
                }
            });
        }

        writing.GetAwaiter().GetResult();
        written.GetAwaiter().GetResult();
        clock.Tell("done");
        (double wall, double cpu) = (clock.Wall, clock.Processor);
        Say(
            $"{rows} rows, {result.UserIds.Length} users, {result.ItemIds.Length} items, {result.Interactions.Users.Length} interactions: wall {wall:F2} s, processor {cpu:F2} s, {rows / wall / 1e6:F2} million rows/s, {rows * threads / cpu / 1e6:F2} million rows/s if {threads} threads had a core each, peak {PeakMemory.Megabytes:F0} MB"
        );
        result = null!;
        Peer(file, output, threads, wall, cpu);
    }

    private static void Write(string folder, string name, Func<string, long> write) =>
        write(Path.Combine(folder, name + ".parquet"));

    /// <summary>The same work in DuckDB, where the folder named by DUCKDB_NODE has npm's <c>@duckdb/node-api</c>.</summary>
    private static void Peer(string file, string output, int threads, double wall, double cpu)
    {
        if (Environment.GetEnvironmentVariable("DUCKDB_NODE") is not { Length: > 0 } modules)
        {
            Say($"DUCKDB_NODE names no folder with npm's @duckdb/node-api, so no peer was measured");
            return;
        }

        // Packages are looked for beside the script, so it goes to where they are.
        string script = Path.Combine(modules, "ingest_duckdb.mjs");
        File.Copy(Path.Combine(AppContext.BaseDirectory, "peers", "ingest_duckdb.mjs"), script, overwrite: true);
        string folder = Directory.CreateDirectory(Path.Combine(output, "duckdb")).FullName;
        string said = Command("node", [script, file, folder, threads.ToString(CultureInfo.InvariantCulture)], out _);
        string[] words = said.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        double peerWall = Number(words, "wall");
        double peerCpu = Number(words, "cpu");
        Say(
            $"DuckDB: {said.Trim()} MB; DuckDB takes {peerWall / wall:F2} times the wall time and {peerCpu / cpu:F2} times the processor time"
        );
    }

    private static void Gzip(string file, int threads)
    {
        const int Repeats = 3;
        (double[] ours, double[] theirs) = (new double[Repeats], new double[Repeats]);
        IngestOptions options = new() { Interactions = [new InteractionSource { Path = file }] };
        for (int repeat = 0; repeat < Repeats; repeat++)
        {
            // Processor time of gzip alone, told by the shell.
            Command("bash", ["-c", "TIMEFORMAT='%R %U %S'; time gzip -dc \"$0\" > /dev/null", file], out string told);
            double[] times =
            [
                .. told.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    .Select(word => double.Parse(word, CultureInfo.InvariantCulture)),
            ];
            Clock clock = new(quiet: true);
            IngestResult result = Ingestor.Run(options, Path.GetDirectoryName(file)!, threads);
            (ours[repeat], theirs[repeat]) = (clock.Processor, times[1] + times[2]);
            Say(
                $"{result.Statistics.Rows} rows: wall {clock.Wall:F2} s, processor {clock.Processor:F2} s; gzip -dc wall {times[0]:F2} s, processor {theirs[repeat]:F2} s"
            );
        }

        Array.Sort(ours);
        Array.Sort(theirs);
        Say($"processor time, median of {Repeats}: {ours[Repeats / 2] / theirs[Repeats / 2]:F2} times gzip -dc");
    }

    private static double Number(string[] words, string name) =>
        double.Parse(words[Array.IndexOf(words, name) + 1], CultureInfo.InvariantCulture);

    private static string Command(string program, string[] arguments, out string errors)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> reading = process.StandardError.ReadToEndAsync();
        string said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        errors = reading.GetAwaiter().GetResult();
        return process.ExitCode == 0
            ? said
            : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {errors}");
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    /// <summary>Tells, at each new activity, the times since the beginning.</summary>
    private sealed class Clock(bool quiet = false) : IProgress<WorkProgress>
    {
        private readonly long began = Stopwatch.GetTimestamp();
        private readonly TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
        private string last = "";

        public double Wall => Stopwatch.GetElapsedTime(began).TotalSeconds;

        public double Processor => (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;

        public void Report(WorkProgress value) => Tell(value.Activity);

        public void Tell(string activity)
        {
            if (!quiet && activity != last)
            {
                last = activity;
                Say($"  wall {Wall, 7:F2}  processor {Processor, 7:F2}  {activity}");
            }
        }
    }
}
