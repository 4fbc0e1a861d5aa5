using CranePipeline.Ingest.Parsing;
using CranePipeline.Ingest.Reading;

namespace CranePipeline.Ingest.Internals;

/// <summary>
/// Takes parsed rows to judged and stored ones. One instance a worker, with a table of items that is its own; the table of long user
/// ids they share and take turns at.
/// </summary>
internal sealed class RowSink(IdTable longUsers, IdTable items, BlockPool pool, IngestOptions options)
{
    private const int LongestText = 200;
    private readonly RowBatch batch = new();
    private readonly LongUsers longOnes = new(longUsers);
    private readonly RowRules rules = new(options);
    private readonly int[] itemNumbers = new int[RowBatch.Rows];
    private readonly Dictionary<FileRows, WorkerRows> files = [];
    private FileRows? file;
    private WorkerRows rows = null!;

    /// <summary>Counts the current file's times.</summary>
    public TimestampTally Times => rows.Times;

    /// <summary>Says which file the following rows are of.</summary>
    public void Begin(FileRows next)
    {
        if (file == next)
        {
            return;
        }

        Flush();
        file = next;
        if (!files.TryGetValue(next, out rows!))
        {
            files.Add(next, rows = next.Open(items, pool));
        }
    }

    /// <summary>Judges a parsed row and keeps it if it is sound; if not, <see cref="Reject"/> is to be called.</summary>
    public bool TryTake(ref RawRow row)
    {
        if (row.Fault == LineFault.None)
        {
            rules.Judge(ref row);
        }

        if (row.Fault != LineFault.None)
        {
            return false;
        }

        batch.Add(in row);
        rows.Rows++;
        rows.RepairedTimestamps += row.RepairedTimestamp ? 1 : 0;
        rows.WithRating += row.Rating is null ? 0 : 1;
        rows.WithTimestamp += row.Timestamp is null ? 0 : 1;
        rows.WithLabel += row.Label is null ? 0 : 1;
        if (batch.IsFull)
        {
            Flush();
        }

        return true;
    }

    /// <summary>Puts a faulty row's line into quarantine, unless it is blank.</summary>
    /// <param name="row">The row.</param>
    /// <param name="line">Where it begins, from 1.</param>
    /// <param name="text">The line.</param>
    public void Reject(in RawRow row, long line, ReadOnlySpan<byte> text)
    {
        if (!text.Trim(" \t\r"u8).IsEmpty)
        {
            Quarantine(in row, line, text);
        }
    }

    /// <summary>Stores what was accepted since the last call.</summary>
    public void Flush()
    {
        if (batch.Count == 0)
        {
            return;
        }

        NumberItems();
        ReadOnlySpan<int> longNumbers = longOnes.Number(batch);
        int nextLong = 0;
        for (int index = 0; index < batch.Count; index++)
        {
            Entry entry = batch.Entries[index];
            // What is no feedback still tells of its user.
            bool counts = rules.IsFeedback(entry.Rating);
            entry.Item = counts ? itemNumbers[index] : Entry.NoItem;
            rows.BelowMinRating += counts ? 0 : 1;
            UserKey user =
                batch.UserOf(index).Length <= UserKey.LongestInside ? batch.KeyOf(index) : UserKey.Of(longNumbers[nextLong++]);
            rows.Store.Add(new UserRow(user, entry));
        }

        batch.Clear();
    }

    private void Quarantine(in RawRow row, long line, ReadOnlySpan<byte> text)
    {
        rows.Faults[(int)row.Fault]++;
        if (rows.Faulty.Count < options.QuarantineSample)
        {
            rows.Faulty.Add(
                new QuarantinedLine(
                    file!.File.Path,
                    line,
                    row.Fault,
                    LineFaults.Describe(row.Fault, options, file.Times),
                    row.FaultyValue.IsEmpty ? null : Printable.Of(row.FaultyValue),
                    Printable.Of(text, LongestText)
                )
            );
        }
    }

    /// <summary>
    /// Numbers the items of all rows: little stands between one look into memory and the next, so that they wait side by side.
    /// </summary>
    private void NumberItems()
    {
        items.Prefetch(batch.ItemHashes.AsSpan(0, batch.Count));
        for (int index = 0; index < batch.Count; index++)
        {
            itemNumbers[index] = items.Number(in batch.Items[index], batch.ItemHashes[index], batch.ItemOf(index));
        }
    }
}
