using System.Text.Unicode;
using CranePipeline.Ingest.Parsing;
using CranePipeline.Ingest.Reading;

namespace CranePipeline.Ingest.Rows;

/// <summary>
/// Takes chunks of lines to rows. One instance a worker, with a table of items that is its own; the table of long user ids they share and
/// take turns at.
/// </summary>
internal sealed class RowSink(IdTable longUsers, IdTable items, IngestOptions options, int sample)
{
    private const int LongestId = 1024;
    private readonly RowBatch batch = new();
    private readonly float lowest = (float)options.LowestRating;
    private readonly float highest = (float)options.HighestRating;
    private readonly double minRating = options.MinRating ?? double.NegativeInfinity;
    private int[] marks = [];
    private int[] longStarts = [];
    private int[] longLengths = [];
    private int[] longNumbers = [];
    private RowCounts counts = new();
    private List<QuarantinedLine> faulty = [];
    private RowStore? store;
    private FileRows? storeFile;

    /// <summary>Parses and stores a chunk of lines.</summary>
    public void Take(Chunk chunk, LineParser parser, FileRows file)
    {
        byte[] buffer = chunk.Buffer;
        int end = chunk.Length;
        parser.Inspect(chunk.Bytes);
        bool sound = Utf8.IsValid(chunk.Bytes);
        int skip = chunk.Number == 0 ? parser.HeaderLines : 0;
        long line = chunk.FirstLine;
        if (sound && parser is DelimitedParser delimited && DelimitedParser.ArePlain(chunk.Bytes))
        {
            TakePlain(chunk, delimited, file, skip);
            Store(buffer, file);
            return;
        }

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

    /// <summary>Reads lines without quotes: where fields end is found for all of them beforehand.</summary>
    private void TakePlain(Chunk chunk, DelimitedParser parser, FileRows file, int skip)
    {
        byte[] buffer = chunk.Buffer;
        int end = chunk.Length;
        marks = marks.Length < end ? new int[end] : marks;
        int count = FieldMarks.Find(chunk.Bytes, parser.Separator, marks);
        int columns = parser.Columns;
        long line = chunk.FirstLine;
        int mark = 0;
        for (int at = 0; at < end; line++)
        {
            int last = mark + columns - 1;
            if (
                skip == 0
                && last < count
                && buffer[marks[last]] == '\n'
                && parser.AreSeparators(buffer, marks.AsSpan(mark, columns - 1))
            )
            {
                Row row = default;
                row.Reset();
                LineFault fault = parser.ParseMarked(buffer, at, marks.AsSpan(mark, columns), ref row);
                Accept(file, line, fault, ref row, buffer.AsSpan(at, marks[last] - at), buffer);
                mark = last;
            }
            else
            {
                // Fewer or more columns, a header, or the last line of a file that ends within it.
                while (mark < count && buffer[marks[mark]] != '\n')
                {
                    mark++;
                }

                int size = (mark < count ? marks[mark] : end) - at;
                if (size > 0 && skip > 0)
                {
                    skip--;
                }
                else if (size > 0)
                {
                    TakeLine(buffer, at, size, line, parser, file);
                }
            }

            at = mark < count ? marks[mark++] + 1 : end;
        }
    }

    /// <summary>Judges one parsed row and keeps it, or puts its line into quarantine.</summary>
    public void Accept(FileRows file, long line, LineFault fault, ref Row row, ReadOnlySpan<byte> text, byte[] buffer)
    {
        fault = fault == LineFault.None ? Judge(ref row, buffer) : fault;
        if (fault == LineFault.None)
        {
            counts.ImplausibleTimestamps += row.ImplausibleTimestamp ? 1 : 0;
            counts.RepairedTimestamps += row.RepairedTimestamp ? 1 : 0;
            counts.HasRatings |= !float.IsNaN(row.Rating);
            counts.HasTimestamps |= row.Timestamp != IngestResult.NoTimestamp;
            counts.HasLabels |= row.Label != Row.NoLabel;
            batch.Add(in row);
        }
        else if (!IsBlank(text))
        {
            Reject(file, line, fault, text);
        }
    }

    /// <summary>Rows waiting to be stored.</summary>
    public int Waiting => batch.Count;

    /// <summary>Interns and stores what was accepted since the last call.</summary>
    public void Store(byte[] buffer, FileRows file)
    {
        int count = batch.Count;
        items.Intern(buffer, batch.ItemStart, batch.ItemLength, batch.Items, count);
        counts.Rows = count;
        RowStore? added = count > 0 ? Keep(buffer, file) : null;
        file.Add(added, in counts, faulty);
        batch.Clear();
        faulty = [];
        counts = new RowCounts();
    }

    private static bool IsBlank(ReadOnlySpan<byte> text) => FieldParser.Trim(text).IsEmpty;

    private static void Trim(byte[] buffer, ref int start, ref int length)
    {
        if (length > 0 && (buffer[start] <= ' ' || buffer[start + length - 1] <= ' '))
        {
            ReadOnlySpan<byte> all = buffer.AsSpan(start, length);
            ReadOnlySpan<byte> left = all.TrimStart(" \t"u8);
            start += all.Length - left.Length;
            length = left.TrimEnd(" \t"u8).Length;
        }
    }

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

    /// <summary>Puts the batch into the file's rows.</summary>
    /// <returns>What holds them, if it is new.</returns>
    private RowStore? Keep(byte[] buffer, FileRows file)
    {
        RowStore? added = null;
        if (file != storeFile || store is null)
        {
            (store, storeFile) = (added = new RowStore(items), file);
        }

        InternLongUsers(buffer);
        int nextLong = 0;
        for (int index = 0; index < batch.Count; index++)
        {
            float rating = batch.Ratings[index];
            int length = batch.UserLength[index];
            bool below = options.MinRating is not null && !(rating >= minRating);
            counts.BelowMinRating += below ? 1 : 0;
            // What is below the limit still tells of its user.
            int item = below ? UserRow.NoItem : batch.Items[index];
            store.Add(
                length <= UserKey.LongestInside
                    ? UserKey.Inside(buffer, batch.UserStart[index], length)
                    : UserKey.Of(longNumbers[nextLong++]),
                new Entry(item, rating, batch.Timestamps[index], batch.Labels[index])
            );
        }

        return added;
    }

    /// <summary>Numbers the users whose ids do not fit a key, all at once: one by one each would wait for memory.</summary>
    private void InternLongUsers(byte[] buffer)
    {
        int count = 0;
        for (int index = 0; index < batch.Count; index++)
        {
            if (batch.UserLength[index] > UserKey.LongestInside)
            {
                if (count == longStarts.Length)
                {
                    Array.Resize(ref longStarts, Math.Max(4096, 2 * count));
                    Array.Resize(ref longLengths, longStarts.Length);
                    longNumbers = new int[longStarts.Length];
                }

                longStarts[count] = batch.UserStart[index];
                longLengths[count++] = batch.UserLength[index];
            }
        }

        if (count > 0)
        {
            lock (longUsers)
            {
                longUsers.Intern(buffer, longStarts, longLengths, longNumbers, count);
            }
        }
    }
}
