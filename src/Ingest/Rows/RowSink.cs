using System.Runtime.CompilerServices;
using System.Text.Unicode;
using CranePipeline.Ingest.Parsing;
using CranePipeline.Ingest.Reading;

namespace CranePipeline.Ingest.Rows;

/// <summary>
/// Takes chunks of lines to rows. One instance a worker, with a table of items that is its own; the table of long user ids they share and
/// take turns at.
/// </summary>
internal sealed class RowSink(IdTable longUsers, IdTable items, BlockPool pool, IngestOptions options, int sample)
{
    private const int LongestId = 1024;
    private readonly RowBatch batch = new();
    private readonly LongUsers longOnes = new(longUsers);
    private readonly float lowest = (float)options.LowestRating;
    private readonly float highest = (float)options.HighestRating;
    private readonly double minRating = options.MinRating ?? double.NegativeInfinity;
    private int[] marks = [];
    private readonly int[] itemNumbers = new int[RowBatch.Rows];
    private RowCounts counts = new();
    private List<QuarantinedLine> faulty = [];
    private readonly Dictionary<FileRows, RowStore> stores = [];

    /// <summary>Parses and stores a chunk of lines.</summary>
    public void Take(Chunk chunk, LineParser parser, FileRows file)
    {
        byte[] buffer = chunk.Buffer;
        int end = chunk.Length;
        int skip = chunk.Number == 0 ? parser.HeaderLines : 0;
        long line = chunk.FirstLine;
        bool ascii = false;
        if (parser is DelimitedParser delimited)
        {
            marks = marks.Length < end ? new int[end] : marks;
            int count = FieldMarks.Find(chunk.Bytes, delimited.Separator, marks, out ascii, out bool plain);
            if (plain && (ascii || Utf8.IsValid(chunk.Bytes)))
            {
                TakePlain(chunk, delimited, file, marks.AsSpan(0, count), skip);
                Store(buffer, file);
                return;
            }
        }

        parser.Inspect(chunk.Bytes);
        bool sound = ascii || Utf8.IsValid(chunk.Bytes);
        for (int at = 0; at < end; line++)
        {
            int size = buffer.AsSpan(at, end - at).IndexOf((byte)'\n');
            int next = size < 0 ? end : at + size + 1;
            size = size < 0 ? end - at : size;
            if (size > 0 && buffer[at + size - 1] == '\r')
            {
                size--;
            }

            if (
                size > 0
                && (
                    sound
                    || Utf8.IsValid(buffer.AsSpan(at, size))
                    || Reject(file, line, LineFault.InvalidUtf8, buffer.AsSpan(at, size))
                )
            )
            {
                if (skip > 0)
                {
                    skip--;
                }
                else
                {
                    TakeLine(buffer, at, size, line, parser, file);
                }
            }

            at = next;
        }

        Store(buffer, file);
    }

    private void TakeLine(byte[] buffer, int at, int size, long line, LineParser parser, FileRows file)
    {
        Row row = default;
        row.Reset();
        LineFault fault = parser.Parse(buffer, at, size, ref row);
        Accept(file, line, fault, ref row, buffer.AsSpan(at, size), buffer);
    }

    /// <summary>Reads lines without quotes, of which is known where fields and lines end.</summary>
    private void TakePlain(Chunk chunk, DelimitedParser parser, FileRows file, ReadOnlySpan<int> ends, int skip)
    {
        byte[] buffer = chunk.Buffer;
        int end = chunk.Length;
        int columns = parser.Columns;
        long line = chunk.FirstLine;
        int mark = 0;
        Row row = default;
        for (int at = 0; at < end; line++)
        {
            int last = mark + columns - 1;
            row.Reset();
            if (
                skip == 0
                && last < ends.Length
                && FieldMarks.IsBreak(ends[last])
                && parser.TryParse(buffer, at, ends.Slice(mark, columns), ref row)
                && Judge(ref row, buffer) == LineFault.None
            )
            {
                Keep(in row, buffer, file);
                mark = last;
            }
            else
            {
                // Fewer or more columns, a header, a fault, or the last line of a file that ends within it.
                while (mark < ends.Length && !FieldMarks.IsBreak(ends[mark]))
                {
                    mark++;
                }

                int size = (mark < ends.Length ? FieldMarks.PlaceOf(ends[mark]) : end) - at;
                if (size > 0 && skip > 0)
                {
                    skip--;
                }
                else if (size > 0)
                {
                    TakeLine(buffer, at, size, line, parser, file);
                }
            }

            at = mark < ends.Length ? FieldMarks.PlaceOf(ends[mark++]) + 1 : end;
        }
    }

    /// <summary>Judges one parsed row and keeps it, or puts its line into quarantine.</summary>
    public void Accept(FileRows file, long line, LineFault fault, ref Row row, ReadOnlySpan<byte> text, byte[] buffer)
    {
        fault = fault == LineFault.None ? Judge(ref row, buffer) : fault;
        if (fault == LineFault.None)
        {
            Keep(in row, buffer, file);
        }
        else if (!IsBlank(text))
        {
            Reject(file, line, fault, text);
        }
    }

    /// <summary>Stores what was accepted since the last call, of which the ids lie in the buffer.</summary>
    public void Store(byte[] buffer, FileRows file)
    {
        Flush(buffer, file);
        file.Add(in counts, faulty);
        faulty = [];
        counts = new RowCounts();
    }

    private static bool IsBlank(ReadOnlySpan<byte> text) => FieldParser.Trim(text).IsEmpty;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Trim(byte[] buffer, ref int start, ref int length)
    {
        if (length > 0 && (buffer[start] <= ' ' || buffer[start + length - 1] <= ' '))
        {
            TrimSpace(buffer, ref start, ref length);
        }
    }

    private static void TrimSpace(byte[] buffer, ref int start, ref int length)
    {
        ReadOnlySpan<byte> all = buffer.AsSpan(start, length);
        ReadOnlySpan<byte> left = all.TrimStart(" \t"u8);
        start += all.Length - left.Length;
        length = left.TrimEnd(" \t"u8).Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private LineFault Judge(ref Row row, byte[] buffer)
    {
        Trim(buffer, ref row.UserStart, ref row.UserLength);
        Trim(buffer, ref row.ItemStart, ref row.ItemLength);
        if (row.UserLength == 0)
        {
            return LineFault.EmptyUser;
        }

        if (row.ItemLength == 0)
        {
            return LineFault.EmptyItem;
        }

        if (row.UserLength > LongestId || row.ItemLength > LongestId)
        {
            return LineFault.LongId;
        }

        return row.Rating < lowest || row.Rating > highest ? LineFault.RatingOutOfRange : LineFault.None;
    }

    private bool Reject(FileRows file, long line, LineFault fault, ReadOnlySpan<byte> text)
    {
        counts.Faults[(int)fault]++;
        if (faulty.Count < sample)
        {
            faulty.Add(file.Faulty(line, fault, text));
        }

        return false;
    }

    private void Keep(in Row row, byte[] buffer, FileRows file)
    {
        counts.ImplausibleTimestamps += row.ImplausibleTimestamp ? 1 : 0;
        counts.RepairedTimestamps += row.RepairedTimestamp ? 1 : 0;
        counts.HasRatings |= !float.IsNaN(row.Rating);
        counts.HasTimestamps |= row.Timestamp != Row.NoTimestamp;
        counts.HasLabels |= row.Label != Row.NoLabel;
        IdSlot item = IdTable.SlotOf(buffer.AsSpan(row.ItemStart, row.ItemLength), out uint hash);
        batch.Add(in row, in item, hash);
        if (batch.IsFull)
        {
            Flush(buffer, file);
        }
    }

    /// <summary>Puts the batch into the file's rows.</summary>
    private void Flush(byte[] buffer, FileRows file)
    {
        int count = batch.Count;
        if (count == 0)
        {
            return;
        }

        if (!stores.TryGetValue(file, out RowStore? store))
        {
            stores.Add(file, store = file.Open(items, pool));
        }

        NumberItems(buffer);
        ReadOnlySpan<int> longNumbers = longOnes.Number(buffer, batch);
        int nextLong = 0;
        for (int index = 0; index < count; index++)
        {
            float rating = batch.Ratings[index];
            int length = batch.UserLength[index];
            bool below = options.MinRating is not null && !(rating >= minRating);
            counts.BelowMinRating += below ? 1 : 0;
            // What is below the limit still tells of its user.
            int item = below ? Entry.NoItem : itemNumbers[index];
            store.Add(
                length <= UserKey.LongestInside
                    ? UserKey.Inside(buffer, batch.UserStart[index], length)
                    : UserKey.Of(longNumbers[nextLong++]),
                new Entry(item, rating, batch.Timestamps[index], batch.Labels[index])
            );
        }

        counts.Rows += count;
        batch.Clear();
    }

    /// <summary>Numbers the items of all rows in a row: little stands between one look into memory and the next, so that they wait side by side.</summary>
    private void NumberItems(byte[] buffer)
    {
        int count = batch.Count;
        items.Prefetch(batch.ItemHashes.AsSpan(0, count));
        for (int index = 0; index < count; index++)
        {
            itemNumbers[index] = items.Number(
                in batch.Items[index],
                batch.ItemHashes[index],
                buffer.AsSpan(batch.ItemStart[index], batch.ItemLength[index])
            );
        }
    }
}
