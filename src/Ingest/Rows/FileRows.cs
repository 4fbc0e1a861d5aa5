using System.Text;
using CranePipeline.Ingest.Parsing;

namespace CranePipeline.Ingest.Rows;

/// <summary>All that one file has given: rows, faults and counts. Chunks add to it in any order; what it tells does not depend on that.</summary>
internal sealed class FileRows(SourceFile file, InteractionSource source, FileFormat format, int sample)
{
    private const int LongestText = 200;
    private readonly Lock gate = new();
    private readonly List<RowStore> stores = [];
    private readonly long[] faults = new long[Enum.GetValues<LineFault>().Length];
    private List<QuarantinedLine> quarantine = [];

    public SourceFile File { get; } = file;

    public InteractionSource Source { get; } = source;

    public FileFormat Format { get; } = format;

    public IReadOnlyList<RowStore> Stores => stores;

    public long Lines { get; set; }

    public long Rows { get; private set; }

    public long BelowMinRating { get; private set; }

    public long ImplausibleTimestamps { get; private set; }

    public long RepairedTimestamps { get; private set; }

    public bool HasRatings { get; private set; }

    public bool HasTimestamps { get; private set; }

    public bool HasLabels { get; private set; }

    public IReadOnlyList<long> Faults => faults;

    public long FaultCount => faults.Sum();

    /// <summary>Set by the fast reader of delimited files; everything else here is then void.</summary>
    public volatile bool NeedsGeneralReader;

    /// <summary>The first faulty lines of the file, in order.</summary>
    public IEnumerable<QuarantinedLine> Quarantine
    {
        get
        {
            Shorten(sample);
            return quarantine;
        }
    }

    /// <summary>A store for the rows that one worker reads.</summary>
    public RowStore Open(IdTable items, BlockPool pool)
    {
        RowStore store = new(items, pool);
        lock (gate)
        {
            stores.Add(store);
        }

        return store;
    }

    public void Add(in RowCounts counts, List<QuarantinedLine> faulty)
    {
        lock (gate)
        {
            Rows += counts.Rows;
            BelowMinRating += counts.BelowMinRating;
            ImplausibleTimestamps += counts.ImplausibleTimestamps;
            RepairedTimestamps += counts.RepairedTimestamps;
            HasRatings |= counts.HasRatings;
            HasTimestamps |= counts.HasTimestamps;
            HasLabels |= counts.HasLabels;
            for (int kind = 0; kind < faults.Length; kind++)
            {
                faults[kind] += counts.Faults[kind];
            }

            quarantine.AddRange(faulty);
            if (quarantine.Count > 4 * sample)
            {
                Shorten(sample);
            }
        }
    }

    public QuarantinedLine Faulty(long line, LineFault fault, ReadOnlySpan<byte> text) =>
        new(File.Path, line, fault, FaultText.Of(fault), Encoding.UTF8.GetString(text[..Math.Min(text.Length, LongestText)]));

    /// <summary>Frees the rows.</summary>
    public void Discard()
    {
        stores.ForEach(store => store.Dispose());
        stores.Clear();
    }

    /// <summary>Forgets the rows, which then belong to the caller.</summary>
    public void Release() => stores.Clear();

    private void Shorten(int count)
    {
        quarantine.Sort((left, right) => left.Line.CompareTo(right.Line));
        if (quarantine.Count > count)
        {
            quarantine = quarantine[..count];
        }
    }
}
