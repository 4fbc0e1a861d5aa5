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
    public static FileFormat Detect(InteractionSource source, string name, ReadOnlySpan<byte> start, bool whole)
    {
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        start = start.StartsWith(mark) ? start[3..] : start;
        List<string> lines = FirstLines(start, whole);
        InteractionFormat format = source.Format == InteractionFormat.Auto ? Recognise(source, name, lines) : source.Format;
        return format switch
        {
            InteractionFormat.AmazonReviews => new FileFormat(Json: Mapped(Reviews, source.Columns)),
            InteractionFormat.AmazonReviews2023 => new FileFormat(Json: Mapped(Reviews2023, source.Columns)),
            InteractionFormat.JsonLines => new FileFormat(Json: Custom(source, name)),
            InteractionFormat.Lattice => new FileFormat(Lattice: true),
            _ => DelimitedDetector.Detect(source, format, name, lines),
        };
    }

    private static InteractionFormat Recognise(InteractionSource source, string name, List<string> lines)
    {
        string? first = lines.FirstOrDefault(line => line.AsSpan().Trim().Length > 0)?.TrimStart();
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
                ? $"{name} holds Python-dict lines, as item metadata does, not interactions; name a file of reviews or ratings."
                : $"{name} holds JSON lines without \"reviewerID\" or \"user_id\"; name the members in columns.user and columns.item."
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
            : throw new InputException($"{name} is read as JSON lines, so columns.user and columns.item must name its members.");

    private static List<string> FirstLines(ReadOnlySpan<byte> start, bool whole)
    {
        List<string> lines = [];
        while (!start.IsEmpty && lines.Count < 100)
        {
            int end = start.IndexOfAny((byte)'\n', (byte)'\r');
            if (end < 0 && !whole && lines.Count > 0)
            {
                break;
            }

            ReadOnlySpan<byte> line = end < 0 ? start : start[..end];
            start = end < 0 ? [] : start[(end + 1)..];
            // Bytes as Latin-1 characters, one to one: whether they are UTF-8 is asked of each row.
            lines.Add(Encoding.Latin1.GetString(line.EndsWith("\r"u8) ? line[..^1] : line));
        }

        return lines;
    }
}
