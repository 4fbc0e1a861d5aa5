using System.Text;
using CranePipeline.Tables;

namespace CranePipeline.Ingest.Parsing;

/// <summary>Tells a file's format from its beginning and from what the source says about it.</summary>
internal static class FormatDetector
{
    private static readonly JsonLayout Reviews = new(["reviewerID"], ["asin"], "overall", "unixReviewTime", null, "reviewTime");
    private static readonly JsonLayout Reviews2023 = new(["user_id"], ["parent_asin", "asin"], "rating", "timestamp");

    /// <param name="source">What the user says.</param>
    /// <param name="name">The file's name for messages.</param>
    /// <param name="start">The first bytes, decompressed.</param>
    /// <param name="whole">Whether these are all.</param>
    public static FileFormat Detect(InteractionSource source, string name, ReadOnlyMemory<byte> start, bool whole)
    {
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        start = start.Span.StartsWith(mark) ? start[3..] : start;
        // A line that is cut says nothing, unless it is the only one.
        int cut = whole ? start.Length : start.Span.LastIndexOfAny((byte)'\n', (byte)'\r') + 1;
        start = cut > 0 ? start[..cut] : start;
        if (start.Span.StartsWith("PAR1"u8) || start.Span.StartsWith("ARROW1"u8))
        {
            throw new InputException(
                $"{name} is a compressed Parquet or Feather table; unpack it, as such tables are compressed inside"
            );
        }

        List<string> lines = FirstLines(start.Span);
        if (!lines.Exists(line => line.AsSpan().Trim().Length > 0))
        {
            return new FileFormat();
        }

        InteractionFormat format = source.Format == InteractionFormat.Auto ? Recognise(source, name, lines) : source.Format;
        FileFormat found = format switch
        {
            InteractionFormat.AmazonReviews => Json(Mapped(Reviews, source.Columns), TimestampUnit.Seconds, lines),
            InteractionFormat.AmazonReviews2023 => Json(Mapped(Reviews2023, source.Columns), TimestampUnit.Auto, lines),
            InteractionFormat.JsonLines => Json(Custom(source, name), TimestampUnit.Auto, lines),
            InteractionFormat.Lattice => new FileFormat(Lattice: true),
            _ => DelimitedDetector.Detect(source, format, name, start),
        };
        // Where the column is the user's choice, its unit is not the format's.
        return source.Columns?.Timestamp is null ? found : found with { TimestampUnit = TimestampUnit.Auto };
    }

    private static FileFormat Json(JsonLayout layout, TimestampUnit unit, List<string> lines)
    {
        TimestampTally tally = new();
        JsonParser parser = new(
            layout,
            new LabelRule(new LabelMap()),
            new TimestampRule(TimestampUnit.Auto, TimestampSource.Column)
        );
        foreach (string line in lines)
        {
            RawRow row = default;
            parser.Read(Encoding.UTF8.GetBytes(line), ref row, tally);
        }

        return new FileFormat(Json: layout) { TimestampUnit = unit, FirstTimes = tally };
    }

    private static InteractionFormat Recognise(InteractionSource source, string name, List<string> lines)
    {
        string? first = lines.FirstOrDefault(line => line.AsSpan().Trim().Length > 0)?.TrimStart();
        if (first is not null && first[0] == '[' && source.Separator is null)
        {
            throw new InputException(
                $"{name} is one JSON array, which is not read; write an object a line, for example with: jq -c '.[]'"
            );
        }

        if (first is null || first[0] != '{')
        {
            return InteractionFormat.Delimited;
        }

        if (first.Contains("\"reviewerID\"", StringComparison.Ordinal))
        {
            return InteractionFormat.AmazonReviews;
        }

        if (first.Contains("\"user_id\"", StringComparison.Ordinal))
        {
            return InteractionFormat.AmazonReviews2023;
        }

        if (source.Columns is { User: not null, Item: not null })
        {
            return InteractionFormat.JsonLines;
        }

        string opening = string.Concat(first.Take(256).Where(letter => !char.IsWhiteSpace(letter)));
        int digits = opening.AsSpan(Math.Min(2, opening.Length)).IndexOfAnyExceptInRange('0', '9');
        if (opening.StartsWith("{\"", StringComparison.Ordinal) && digits > 0 && opening.AsSpan(2 + digits).StartsWith("\":["))
        {
            return InteractionFormat.Lattice;
        }

        throw new InputException(
            first.StartsWith("{'", StringComparison.Ordinal)
                ? $"{name} holds Python-dict lines, as item metadata does, not interactions; name a file of reviews or ratings"
                : $"{name} holds JSON lines without \"reviewerID\" or \"user_id\"; name the members in columns.user and columns.item"
        );
    }

    private static JsonLayout Mapped(JsonLayout usual, ColumnMap? columns) =>
        columns is null
            ? usual
            : usual with
            {
                User = columns.User is null ? usual.User : [columns.User],
                Item = columns.Item is null ? usual.Item : [columns.Item],
                Rating = columns.Rating ?? usual.Rating,
                Timestamp = columns.Timestamp ?? usual.Timestamp,
                Label = columns.Label,
                Day = columns.Timestamp is null ? usual.Day : null,
            };

    private static JsonLayout Custom(InteractionSource source, string name) =>
        source.Columns is { User: { } user, Item: { } item } columns
            ? new JsonLayout([user], [item], columns.Rating, columns.Timestamp, columns.Label)
            : throw new InputException($"{name} is read as JSON lines, so columns.user and columns.item must name its members");

    private static List<string> FirstLines(ReadOnlySpan<byte> start)
    {
        List<string> lines = [];
        while (!start.IsEmpty && lines.Count < 100)
        {
            int end = start.IndexOfAny((byte)'\n', (byte)'\r');
            lines.Add(Encoding.UTF8.GetString(end < 0 ? start : start[..end]));
            start = end < 0 ? [] : start[(end + 1)..];
        }

        return lines;
    }
}
