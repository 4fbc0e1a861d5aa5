using System.Globalization;
using System.Text;
using CranePipeline.Ingest.Internals;
using CranePipeline.Ingest.Parsing;
using CranePipeline.Ingest.Reading;
using CranePipeline.Ingest.Spark.Plan;

namespace CranePipeline.Ingest.Spark;

/// <summary>What the cluster has counted and quarantined, in the form in which the local engine judges and tells it.</summary>
internal sealed class LineCounts : IDisposable
{
    private static readonly string[] Counted =
    [
        "line_count",
        "below_count",
        "repaired_count",
        "rating_count",
        "time_count",
        "label_count",
    ];
    private readonly IdTable none = new();
    private readonly BlockPool pool = new();
    private readonly FileRows[] files;
    private readonly WorkerRows[] rows;

    private LineCounts(IReadOnlyList<PlanSource> sources)
    {
        files = [.. sources.Select(source => new FileRows(source.File, source.Source, source.Format, source.Times))];
        rows = [.. files.Select(file => file.Open(none, pool))];
    }

    /// <summary>A file's counts each.</summary>
    public IReadOnlyList<FileRows> Files => files;

    /// <summary>A file's counts each.</summary>
    public IReadOnlyList<WorkerRows> Rows => rows;

    /// <summary>Asks the cluster.</summary>
    public static LineCounts Fetch(Workspace workspace, IReadOnlyList<PlanSource> sources, IngestOptions options, PlanNames names)
    {
        LineCounts counts = new(sources);
        counts.ReadLines(workspace, names);
        counts.ReadTimes(workspace, names);
        counts.ReadQuarantine(workspace, options, names);
        return counts;
    }

    /// <summary>What the times of the files of one source are.</summary>
    public TimestampTally TimesOf(InteractionSource source)
    {
        TimestampTally all = new();
        foreach ((FileRows file, WorkerRows worker) in files.Zip(rows).Where(each => each.First.Source == source))
        {
            all.Add(worker.Times);
        }

        return all;
    }

    public void Dispose()
    {
        Array.ForEach(files, file => file.Dispose());
        none.Dispose();
        pool.Dispose();
    }

    private void ReadLines(Workspace workspace, PlanNames names)
    {
        foreach (BatchReader reader in workspace.Read(IngestPlan.LineCounts(names)))
        {
            int[] source = [.. reader.Ints("source")];
            string?[] fault = [.. reader.NullableTexts("fault")];
            long[][] counts = [.. Counted.Select(name => reader.Longs(name).ToArray())];
            for (int row = 0; row < reader.Rows; row++)
            {
                (FileRows file, WorkerRows worker) = (files[source[row]], rows[source[row]]);
                file.Lines += counts[0][row];
                if (fault[row] is null)
                {
                    worker.Rows = counts[0][row];
                    worker.BelowMinRating = counts[1][row];
                    worker.RepairedTimestamps = counts[2][row];
                    worker.WithRating = counts[3][row];
                    worker.WithTimestamp = counts[4][row];
                    worker.WithLabel = counts[5][row];
                }
                else if (Enum.TryParse(fault[row], out LineFault kind))
                {
                    worker.Faults[(int)kind] = counts[0][row];
                }
            }
        }
    }

    private void ReadTimes(Workspace workspace, PlanNames names)
    {
        foreach (BatchReader reader in workspace.Read(IngestPlan.TimeCounts(names)))
        {
            int[] source = [.. reader.Ints("source")];
            int[] kind = [.. reader.Ints("time_kind")];
            long[] count = [.. reader.Longs("number_count")];
            long[] small = [.. reader.Longs("small_count")];
            string?[] lowest = [.. reader.NullableTexts("lowest")];
            string?[] highest = [.. reader.NullableTexts("highest")];
            long?[] first = [.. reader.NullableLongs("first_millis")];
            long?[] last = [.. reader.NullableLongs("last_millis")];
            for (int row = 0; row < reader.Rows; row++)
            {
                TimestampTally times = rows[source[row]].Times;
                if (kind[row] >= 0)
                {
                    times.Add((TimestampUnit)kind[row], count[row], small[row], Number(lowest[row]), Number(highest[row]));
                }

                if (first[row] is { } from && last[row] is { } to)
                {
                    times.AddRead(from, to);
                }
            }
        }

        static double Number(string? text) => double.Parse(text ?? "NaN", NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    private void ReadQuarantine(Workspace workspace, IngestOptions options, PlanNames names)
    {
        foreach (BatchReader reader in workspace.Read(IngestPlan.Quarantine(options.QuarantineSample, names)))
        {
            int[] source = [.. reader.Ints("source")];
            long[] line = [.. reader.Longs("line")];
            string[] uri = [.. reader.Texts("file")];
            string[] fault = [.. reader.Texts("fault")];
            string[] text = [.. reader.Texts("value")];
            string?[] value = [.. reader.NullableTexts("faulty_value")];
            float?[] rating = [.. reader.NullableFloats("rating")];
            for (int row = 0; row < reader.Rows; row++)
            {
                FileRows file = files[source[row]];
                LineFault kind = Enum.Parse<LineFault>(fault[row]);
                string? faulty =
                    kind == LineFault.RatingOutOfRange ? rating[row]?.ToString(CultureInfo.InvariantCulture) : value[row];
                rows[source[row]]
                    .Faulty.Add(
                        new QuarantinedLine(
                            file.File.Path.Contains('*', StringComparison.Ordinal) ? NameOf(uri[row], file.File) : file.File.Path,
                            line[row],
                            kind,
                            LineFaults.Describe(kind, options, file.Times),
                            string.IsNullOrEmpty(faulty) ? null : Printable.Of(Encoding.UTF8.GetBytes(faulty)),
                            Printable.Of(Encoding.UTF8.GetBytes(text[row]), 200)
                        )
                    );
            }
        }
    }

    /// <summary>A file of a pattern: its path on the cluster from where the pattern's folder begins.</summary>
    private static string NameOf(string uri, SourceFile pattern)
    {
        string path = Uri.UnescapeDataString(uri);
        string folder = pattern.FullPath[..^pattern.Path.Length];
        int start = path.IndexOf(folder, StringComparison.Ordinal);
        return start < 0 ? path : path[(start + folder.Length)..];
    }
}
