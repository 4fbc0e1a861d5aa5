using CranePipeline.Ingest.Parsing;

namespace CranePipeline.Ingest.Internals;

/// <summary>All that one file has given. Workers add to it in any order; what it tells does not depend on that.</summary>
internal sealed class FileRows(SourceFile file, InteractionSource source, FileFormat format, TimestampRule times) : IDisposable
{
    private readonly List<WorkerRows> workers = [];

    public SourceFile File { get; } = file;

    public InteractionSource Source { get; } = source;

    public FileFormat Format { get; } = format;

    /// <summary>Reads the times of all files of the source.</summary>
    public TimestampRule Times { get; } = times;

    public long Lines { get; set; }

    public IEnumerable<WorkerRows> Workers => workers;

    public long Rows => workers.Sum(worker => worker.Rows);

    /// <summary>Room for the rows that one worker reads.</summary>
    public WorkerRows Open(IdTable items, BlockPool pool)
    {
        WorkerRows rows = new(items, pool);
        lock (workers)
        {
            workers.Add(rows);
        }

        return rows;
    }

    /// <summary>The first faulty lines of the file, in order.</summary>
    public IEnumerable<QuarantinedLine> Quarantine(int most) =>
        workers.SelectMany(worker => worker.Faulty).OrderBy(line => line.Line).Take(most);

    /// <summary>Frees the rows.</summary>
    public void Dispose() => workers.ForEach(worker => worker.Store.Dispose());
}

/// <summary>What one worker has read of one file.</summary>
internal sealed class WorkerRows(IdTable items, BlockPool pool)
{
    public RowStore Store { get; } = new(items, pool);

    /// <summary>The first faulty lines that the worker met; it meets a file's lines in order.</summary>
    public List<QuarantinedLine> Faulty { get; } = [];

    public long[] Faults { get; } = new long[Enum.GetValues<LineFault>().Length];

    public TimestampTally Times { get; } = new();

    public long Rows;
    public long BelowMinRating;
    public long RepairedTimestamps;
    public long WithRating;
    public long WithTimestamp;
    public long WithLabel;
}
