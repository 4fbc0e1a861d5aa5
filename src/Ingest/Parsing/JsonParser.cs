using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using CranePipeline.Ingest.Internals;
using CranePipeline.Ingest.Reading;

namespace CranePipeline.Ingest.Parsing;

/// <summary>
/// A JSON object a line, by <see cref="Utf8JsonReader"/>: the members asked for are read, all others checked and passed over.
/// <c>NaN</c> and <c>Infinity</c>, which Python writes, are read as the words they are.
/// </summary>
internal sealed class JsonParser : LinesParser
{
    private const int None = -1;
    private const int UserField = 0;
    private const int ItemField = 8;
    private const int RatingField = 16;
    private const int TimestampField = 17;
    private const int LabelField = 18;
    private const int DayField = 19;
    private readonly (byte[] Name, int Field)[] members;
    private readonly LabelRule labels;
    private readonly TimestampRule times;

    public JsonParser(JsonLayout layout, LabelRule labels, TimestampRule times)
    {
        (this.labels, this.times) = (labels, times);
        List<(string? Name, int Field)> wanted =
        [
            .. layout.User.Select((name, rank) => (name, UserField + rank)),
            .. layout.Item.Select((name, rank) => (name, ItemField + rank)),
            (layout.Rating, RatingField),
            (layout.Timestamp, TimestampField),
            (layout.Label, LabelField),
            (layout.Day, DayField),
        ];
        members =
        [
            .. wanted
                .Where(member => member.Name is not null)
                .Select(member => (Encoding.UTF8.GetBytes(member.Name!), member.Field)),
        ];
    }

    public override void Parse(Chunk chunk, RowSink sink)
    {
        bool sound = Utf8.IsValid(chunk.Bytes);
        ReadOnlySpan<byte> text = chunk.Bytes;
        for (long number = chunk.FirstLine; !text.IsEmpty; number++)
        {
            int end = text.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? text : text[..end];
            text = end < 0 ? [] : text[(end + 1)..];
            RawRow row = default;
            if (sound || Utf8.IsValid(line))
            {
                Read(line, ref row, sink.Times);
            }
            else
            {
                row.Fail(LineFault.InvalidUtf8, []);
            }

            if (!sink.TryTake(ref row))
            {
                sink.Reject(in row, number, line);
            }
        }
    }

    /// <summary>Reads a line. A line that is no JSON is that, whatever faults its members have.</summary>
    public void Read(ReadOnlySpan<byte> line, ref RawRow row, TimestampTally tally)
    {
        RawRow found = default;
        if (!TryRead(line, ref found, tally))
        {
            found = default;
            if (!PythonNumbers.TryQuote(line, out byte[] quoted) || !TryRead(quoted, ref found, tally))
            {
                found = default;
                found.Fail(LineFault.Malformed, []);
            }
        }

        row = found;
    }

    private bool TryRead(ReadOnlySpan<byte> line, ref RawRow row, TimestampTally tally)
    {
        (int userRank, int itemRank) = (int.MaxValue, int.MaxValue);
        ReadOnlySpan<byte> day = [];
        ReadOnlySpan<byte> time = [];
        try
        {
            Utf8JsonReader reader = new(line);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                int field = FieldOf(ref reader);
                reader.Read();
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                {
                    if (field is >= UserField and < RatingField)
                    {
                        row.Fail(LineFault.Malformed, []);
                    }

                    reader.Skip();
                    continue;
                }

                if (field == None || reader.TokenType == JsonTokenType.Null)
                {
                    continue;
                }

                ReadOnlySpan<byte> value = Value(ref reader);
                switch (field)
                {
                    case RatingField:
                        RatingRule.Read(value, ref row);
                        break;
                    case TimestampField:
                        time = value;
                        break;
                    case LabelField:
                        labels.Read(value, ref row);
                        break;
                    case DayField:
                        day = value;
                        break;
                    // An empty first choice leaves the place to the second; the same name twice means the later one, as JSON readers
                    // have it.
                    case >= ItemField when field <= itemRank && value.Length > 0:
                        itemRank = field;
                        row.Item = value;
                        break;
                    case < ItemField when field <= userRank && value.Length > 0:
                        userRank = field;
                        row.User = value;
                        break;
                }
            }

            // Nothing but space may follow the object.
            if (reader.Read())
            {
                return false;
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return false;
        }

        times.Read(time, ref row, tally);
        TimestampRule.Repair(day, ref row);
        return true;
    }

    private int FieldOf(scoped ref Utf8JsonReader reader)
    {
        foreach ((byte[] name, int field) in members)
        {
            if (reader.ValueTextEquals(name))
            {
                return field;
            }
        }

        return None;
    }

    /// <summary>A scalar's text, its escapes undone.</summary>
    private static ReadOnlySpan<byte> Value(scoped ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            return reader.ValueSpan;
        }

        byte[] text = new byte[reader.ValueSpan.Length];
        return text.AsSpan(0, reader.CopyString(text));
    }
}
