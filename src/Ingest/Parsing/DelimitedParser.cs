using System.Runtime.CompilerServices;
using CranePipeline.Ingest.Rows;

namespace CranePipeline.Ingest.Parsing;

/// <summary>
/// The fast path for delimited lines with one-byte separators: fields are found by vectorised search and never copied. Quotes
/// around a whole field are taken off; anything more (a separator, a quote or a line break inside quotes) is left to
/// the general reader, which <see cref="NeedsGeneralReader"/> asks for.
/// </summary>
internal sealed class DelimitedParser(DelimitedLayout layout, LabelParser labels) : LineParser
{
    private readonly byte separator = (byte)layout.Separator[0];
    private readonly int user = layout.User;
    private readonly int item = layout.Item;
    private readonly int rating = layout.Rating;
    private readonly int timestamp = layout.Timestamp;
    private readonly int label = layout.Label;
    private readonly int last = layout.LastColumn;

    /// <summary>Set when a line was met that this reader does not understand for certain.</summary>
    public bool NeedsGeneralReader { get; private set; }

    public override void Inspect(ReadOnlySpan<byte> lines)
    {
        // A carriage return by itself is a line break to the general reader, as old files have it.
        NeedsGeneralReader |= lines.Contains((byte)'\r') && lines.Count((byte)'\r') != lines.Count("\r\n"u8);
    }

    public override LineFault Parse(byte[] buffer, int start, int length, ref Row row)
    {
        int end = start + length;
        int at = start;
        for (int column = 0; column <= last; column++)
        {
            if (at > end)
            {
                return LineFault.MissingColumn;
            }

            int size = buffer.AsSpan(at, end - at).IndexOf(separator);
            int fieldEnd = size < 0 ? end : at + size;
            int from = at;
            int to = fieldEnd;
            at = fieldEnd + 1;
            if (to > from && buffer[from] == '"' && !Unquote(buffer, ref from, ref to))
            {
                return LineFault.Malformed;
            }

            LineFault fault = Field(column, buffer, from, to, ref row);
            if (fault != LineFault.None)
            {
                return fault;
            }
        }

        // Quotes in columns after the last one of interest could hold a line break.
        if (at < end && buffer.AsSpan(at, end - at).Contains((byte)'"'))
        {
            NeedsGeneralReader = true;
        }

        return LineFault.None;
    }

    /// <summary>How many columns are read: <see cref="TryParse"/> reads lines of as many.</summary>
    public int Columns => last + 1;

    /// <summary>What stands between fields.</summary>
    public byte Separator => separator;

    /// <summary>Reads a line of which every field is what it should be, as nearly all are; ids are taken as they stand.</summary>
    /// <param name="buffer">Holds the line.</param>
    /// <param name="start">The line's first byte.</param>
    /// <param name="marks">Where each field ends, as <see cref="FieldMarks"/> tells; the last mark is the line's end.</param>
    /// <param name="row">What was read.</param>
    /// <returns>Whether it was such a line; any other is <see cref="Parse"/>'s to judge.</returns>
    public bool TryParse(byte[] buffer, int start, ReadOnlySpan<int> marks, ref Row row)
    {
        for (int column = 0; column + 1 < marks.Length; column++)
        {
            if (FieldMarks.IsBreak(marks[column]))
            {
                return false;
            }
        }

        (row.UserStart, row.UserLength) = Bounds(user, start, marks);
        (row.ItemStart, row.ItemLength) = Bounds(item, start, marks);
        if (rating >= 0)
        {
            (int from, int length) = Bounds(rating, start, marks);
            if (FieldParser.Rating(buffer.AsSpan(from, length), ref row) != LineFault.None)
            {
                return false;
            }
        }

        if (timestamp >= 0)
        {
            (int from, int length) = Bounds(timestamp, start, marks);
            if (FieldParser.Timestamp(buffer.AsSpan(from, length), ref row) != LineFault.None)
            {
                return false;
            }
        }

        if (label < 0)
        {
            return true;
        }

        (int labelFrom, int labelLength) = Bounds(label, start, marks);
        return labels.Parse(buffer.AsSpan(labelFrom, labelLength), ref row) == LineFault.None;
    }

    /// <summary>Where a field begins, and its length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (int Start, int Length) Bounds(int column, int start, ReadOnlySpan<int> marks)
    {
        int from = column == 0 ? start : marks[column - 1] + 1;
        return (from, FieldMarks.PlaceOf(marks[column]) - from);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private LineFault Field(int column, byte[] buffer, int from, int to, ref Row row)
    {
        if (column == user)
        {
            row.UserStart = from;
            row.UserLength = to - from;
        }
        else if (column == item)
        {
            row.ItemStart = from;
            row.ItemLength = to - from;
        }
        else if (column == rating)
        {
            return FieldParser.Rating(buffer.AsSpan(from, to - from), ref row);
        }
        else if (column == timestamp)
        {
            return FieldParser.Timestamp(buffer.AsSpan(from, to - from), ref row);
        }
        else if (column == label)
        {
            return labels.Parse(buffer.AsSpan(from, to - from), ref row);
        }

        return LineFault.None;
    }

    private bool Unquote(byte[] buffer, ref int from, ref int to)
    {
        if (to - from >= 2 && buffer[to - 1] == '"' && !buffer.AsSpan(from + 1, to - from - 2).Contains((byte)'"'))
        {
            from++;
            to--;
            return true;
        }

        NeedsGeneralReader = true;
        return false;
    }
}
