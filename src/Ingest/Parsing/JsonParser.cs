using System.Text;
using System.Text.Json;
using CranePipeline.Ingest.Rows;

namespace CranePipeline.Ingest.Parsing;

/// <summary>A JSON object a line; only the members asked for are looked at, all others are checked and jumped over.</summary>
internal sealed class JsonParser : LineParser
{
    private const int UserField = 0;
    private const int ItemField = 8;
    private const int RatingField = 16;
    private const int TimestampField = 17;
    private const int LabelField = 18;
    private const int DayField = 19;

    private readonly (byte[] Name, int Field)[] members;
    private readonly LabelParser labels;
    private readonly int longestName;

    public JsonParser(JsonLayout layout, LabelParser labels)
    {
        this.labels = labels;
        List<(byte[], int)> wanted = [];
        wanted.AddRange(layout.User.Select((name, rank) => (Encoding.UTF8.GetBytes(name), UserField + rank)));
        wanted.AddRange(layout.Item.Select((name, rank) => (Encoding.UTF8.GetBytes(name), ItemField + rank)));
        Add(layout.Rating, RatingField);
        Add(layout.Timestamp, TimestampField);
        Add(layout.Label, LabelField);
        Add(layout.Day, DayField);
        members = [.. wanted];
        longestName = members.Max(member => member.Name.Length);

        void Add(string? name, int field)
        {
            if (name is not null)
            {
                wanted.Add((Encoding.UTF8.GetBytes(name), field));
            }
        }
    }

    public override LineFault Parse(byte[] buffer, int start, int length, ref Row row)
    {
        ReadOnlySpan<byte> line = buffer.AsSpan(start, length);
        Values values = new() { UserRank = int.MaxValue, ItemRank = int.MaxValue };
        LineFault fault = Walk(buffer, start, line, ref values, ref row);
        if (fault != LineFault.None)
        {
            return fault;
        }

        if (row.ImplausibleTimestamp && values.DayLength > 0)
        {
            FieldParser.RepairTimestamp(line.Slice(values.DayStart, values.DayLength), ref row);
        }

        return LineFault.None;
    }

    private LineFault Walk(byte[] buffer, int start, ReadOnlySpan<byte> line, ref Values values, ref Row row)
    {
        int at = 0;
        JsonScanner.SkipSpace(line, ref at);
        if (at >= line.Length || line[at] != '{')
        {
            return LineFault.Malformed;
        }

        at++;
        JsonScanner.SkipSpace(line, ref at);
        bool more = at >= line.Length || line[at] != '}';
        at += more ? 0 : 1;
        // The row's own fault is told only if the line is sound: a line that is no JSON is that, whatever it begins with.
        LineFault fault = LineFault.None;
        while (more)
        {
            int nameStart = at + 1;
            if (at >= line.Length || line[at] != '"' || !JsonScanner.SkipString(line, ref at, out bool escapedName))
            {
                return LineFault.Malformed;
            }

            int field = Field(buffer, start + nameStart, at - 1 - nameStart, escapedName);
            JsonScanner.SkipSpace(line, ref at);
            if (at >= line.Length || line[at++] != ':')
            {
                return LineFault.Malformed;
            }

            JsonScanner.SkipSpace(line, ref at);
            int valueStart = at;
            bool escaped = false;
            bool text = at < line.Length && line[at] == '"';
            if (!(text ? JsonScanner.SkipString(line, ref at, out escaped) : JsonScanner.SkipValue(line, ref at)))
            {
                return LineFault.Malformed;
            }

            if (field >= 0)
            {
                int from = text ? valueStart + 1 : valueStart;
                int size = (text ? at - 1 : at) - from;
                size = escaped ? Unescape(buffer, start + from, size) : size;
                LineFault found =
                    size < 0 ? LineFault.Malformed : Take(field, start, from, size, text, line, ref values, ref row);
                fault = fault == LineFault.None ? found : fault;
            }

            if (!JsonScanner.Continues(line, ref at, (byte)'}', out more))
            {
                return LineFault.Malformed;
            }
        }

        JsonScanner.SkipSpace(line, ref at);
        return at == line.Length ? fault : LineFault.Malformed;
    }

    private LineFault Take(
        int field,
        int start,
        int from,
        int size,
        bool text,
        ReadOnlySpan<byte> line,
        ref Values values,
        ref Row row
    )
    {
        ReadOnlySpan<byte> value = line.Slice(from, size);
        if (!text && value.SequenceEqual("null"u8))
        {
            return LineFault.None;
        }

        switch (field)
        {
            case RatingField:
                return FieldParser.Rating(value, ref row);
            case TimestampField:
                return FieldParser.Timestamp(value, ref row);
            case LabelField:
                return labels.Parse(value, ref row);
            case DayField:
                (values.DayStart, values.DayLength) = (from, text ? size : 0);
                return LineFault.None;
        }

        if (!text && (value.IsEmpty || value[0] is (byte)'{' or (byte)'['))
        {
            return LineFault.Malformed;
        }

        // An empty first choice leaves the place to the second; the same name twice means the later one, as JSON readers have it.
        if (field >= ItemField)
        {
            if (field <= values.ItemRank && size > 0)
            {
                (values.ItemRank, row.ItemStart, row.ItemLength) = (field, start + from, size);
            }
        }
        else if (field <= values.UserRank && size > 0)
        {
            (values.UserRank, row.UserStart, row.UserLength) = (field, start + from, size);
        }

        return LineFault.None;
    }

    private int Field(byte[] buffer, int from, int size, bool escaped)
    {
        if (escaped)
        {
            // A name may be written with escapes too; it is as long as it is before they are undone.
            byte[] copy = buffer.AsSpan(from, size).ToArray();
            size = Unescape(copy, 0, size);
            return size < 0 ? -1 : Field(copy, 0, size, escaped: false);
        }

        if (size > longestName)
        {
            return -1;
        }

        ReadOnlySpan<byte> name = buffer.AsSpan(from, size);
        foreach ((byte[] wanted, int field) in members)
        {
            if (name.SequenceEqual(wanted))
            {
                return field;
            }
        }

        return -1;
    }

    /// <summary>Undoes the escapes of a string in place, which never makes it longer.</summary>
    /// <returns>The length afterwards; −1 where an escape stands for half a character.</returns>
    private static int Unescape(byte[] buffer, int from, int size)
    {
        byte[] quoted = new byte[size + 2];
        quoted[0] = (byte)'"';
        buffer.AsSpan(from, size).CopyTo(quoted.AsSpan(1));
        quoted[^1] = (byte)'"';
        Utf8JsonReader reader = new(quoted);
        try
        {
            reader.Read();
            return reader.CopyString(buffer.AsSpan(from, size));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return -1;
        }
    }

    private struct Values
    {
        public int UserRank;
        public int ItemRank;
        public int DayStart;
        public int DayLength;
    }
}
