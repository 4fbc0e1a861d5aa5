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

    /// <summary>Whether all lines are so plain that <see cref="ParseMarked"/> may read them.</summary>
    public static bool ArePlain(ReadOnlySpan<byte> lines) => !lines.ContainsAny((byte)'"', (byte)'\r');

    /// <summary>How many columns are read: <see cref="ParseMarked"/> reads lines of as many.</summary>
    public int Columns => last + 1;

    /// <summary>What stands between fields.</summary>
    public byte Separator => separator;

    /// <summary>Whether none of these marks is a line break.</summary>
    public bool AreSeparators(byte[] buffer, ReadOnlySpan<int> marks)
    {
        foreach (int mark in marks)
        {
            if (buffer[mark] != separator)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Reads a plain line of which is known where its fields end.</summary>
    /// <param name="buffer">Holds the line.</param>
    /// <param name="start">The line's first byte.</param>
    /// <param name="marks">Where each field ends.</param>
    /// <param name="row">What was read.</param>
    public LineFault ParseMarked(byte[] buffer, int start, ReadOnlySpan<int> marks, ref Row row)
    {
        int from = start;
        for (int column = 0; column < marks.Length; column++)
        {
            int to = marks[column];
            LineFault fault = Field(column, buffer, from, to, ref row);
            if (fault != LineFault.None)
            {
                return fault;
            }

            from = to + 1;
        }

        return LineFault.None;
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
