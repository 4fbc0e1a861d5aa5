using System.Globalization;
using System.Text;
using System.Text.Json;
using CranePipeline.Tables;
using CsvHelper;

namespace CranePipeline.Ingest.Parsing;

/// <summary>Tells separator, quotes, header and columns of a delimited file from its first records.</summary>
internal static class DelimitedDetector
{
    private const int MostRecords = 100;
    private const int FewestToTell = 4;
    private const int MostNamed = 50;

    /// <param name="source">What the user says.</param>
    /// <param name="format">The source's format, or the one that was recognised.</param>
    /// <param name="name">The file's name for messages.</param>
    /// <param name="start">The file's beginning.</param>
    public static FileFormat Detect(InteractionSource source, InteractionFormat format, string name, ReadOnlyMemory<byte> start)
    {
        string separator = Separator(source, format, start.Span);
        bool quoted = IsQuoted(source, separator);
        List<string[]> rows = Records(start, separator, quoted);
        bool header = source.Header ?? HasHeader(source, format, rows);
        DelimitedLayout layout = header
            ? Named(source, name, rows.Count > 0 ? rows[0] : [], separator, quoted)
            : Numbered(source, format, name, rows, separator, quoted);
        return new FileFormat(Delimited: layout) { FirstTimes = Times(rows.Skip(header ? 1 : 0), layout.Timestamp) };
    }

    private static TimestampTally Times(IEnumerable<string[]> rows, int column)
    {
        TimestampTally tally = new();
        TimestampRule rule = new(TimestampUnit.Auto, TimestampSource.Column);
        foreach (string[] fields in rows.Where(fields => column >= 0 && column < fields.Length))
        {
            RawRow row = default;
            rule.Read(Encoding.UTF8.GetBytes(fields[column]), ref row, tally);
        }

        return tally;
    }

    private static List<string[]> Records(ReadOnlyMemory<byte> start, string separator, bool quoted)
    {
        List<string[]> rows = [];
        using CsvReader reader = DelimitedParser.Open(start, separator, quoted);
        while (rows.Count < MostRecords && reader.Read())
        {
            string[] row = [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)];
            if (row.Length > 1 || row[0].AsSpan().Trim().Length > 0)
            {
                rows.Add(row);
            }
        }

        return rows;
    }

    private static string Separator(InteractionSource source, InteractionFormat format, ReadOnlySpan<byte> start)
    {
        if (!string.IsNullOrEmpty(source.Separator))
        {
            return source.Separator.AsSpan().IndexOfAny('"', '\r', '\n') >= 0
                    ? throw new InputException(
                        $"separator is {JsonSerializer.Serialize(source.Separator)}, but "
                            + "cannot hold quotes or line breaks; leave it out to have it recognised"
                    )
                : source.Separator == "\\t" ? "\t"
                : source.Separator;
        }

        if (format == InteractionFormat.Mmrec)
        {
            return "\t";
        }

        if (
            format
            is InteractionFormat.AmazonRatings2014
                or InteractionFormat.AmazonRatings2018
                or InteractionFormat.AmazonRatings2023
        )
        {
            return ",";
        }

        return SeparatorGuess.Of(start, separator => IsQuoted(source, separator));
    }

    // Quotes are ordinary characters in tab-separated files: titles like 5" Disk stand there as they are.
    private static bool IsQuoted(InteractionSource source, string separator) => source.Quote ?? separator != "\t";

    private static bool HasHeader(InteractionSource source, InteractionFormat format, List<string[]> rows)
    {
        if (format is InteractionFormat.Mmrec or InteractionFormat.AmazonRatings2023)
        {
            return true;
        }

        if (format is InteractionFormat.AmazonRatings2014 or InteractionFormat.AmazonRatings2018 || rows.Count == 0)
        {
            return false;
        }

        if (
            source.Columns is { } columns
            && new[] { columns.User, columns.Item, columns.Rating, columns.Timestamp, columns.Label }.Any(ColumnNames.IsName)
        )
        {
            return true;
        }

        if (ColumnNames.AreUsual(rows[0]))
        {
            return true;
        }

        return LooksLikeNames(rows);
    }

    /// <summary>
    /// A rating that is no number in the first line, but is one in all others, is a column's name; and so are words where every
    /// other line has ids with digits.
    /// </summary>
    private static bool LooksLikeNames(List<string[]> rows)
    {
        bool rating =
            rows.Count > 1
            && rows[0].Length > 2
            && !IsNumber(rows[0][2])
            && rows.Skip(1).All(row => row.Length > 2 && IsNumber(row[2]));
        return rating
            || (
                rows.Count >= FewestToTell
                && !rows[0].Any(HasDigit)
                && rows.Skip(1).All(row => row.Length > 1 && row.Take(2).Any(HasDigit))
            );
    }

    private static bool HasDigit(string text) => text.Any(char.IsAsciiDigit);

    private static DelimitedLayout Named(InteractionSource source, string name, string[] header, string separator, bool quoted)
    {
        ColumnLayout columns = ColumnNames.Find(source, name, header, () => Tell(header, separator, quoted));
        return new DelimitedLayout(
            separator,
            quoted,
            true,
            columns.User,
            columns.Item,
            columns.Rating,
            columns.Timestamp,
            columns.Label
        );
    }

    /// <summary>What the first line has, and what to do if it is not what it was taken for.</summary>
    private static string Tell(string[] header, string separator, bool quoted)
    {
        string columns = $"its first line has {string.Join(", ", header.Take(MostNamed).Select(ColumnNames.Shown))}";
        return !quoted && header.Any(field => field.StartsWith('"'))
            ? columns + "; set quote: true if its fields stand in quotes"
            : columns
                + "; set header: false and give columns by number if that is data, or separator if that "
                + $"is not {JsonSerializer.Serialize(separator)}";
    }

    private static DelimitedLayout Numbered(
        InteractionSource source,
        InteractionFormat format,
        string name,
        List<string[]> rows,
        string separator,
        bool quoted
    )
    {
        ColumnMap columns = source.Columns ?? new ColumnMap();
        int width = rows.Count == 0 ? 4 : rows[0].Length;
        bool itemFirst =
            format == InteractionFormat.AmazonRatings2018 || (format == InteractionFormat.Delimited && LooksItemFirst(rows));
        bool usual = columns.User is null && columns.Item is null;
        if (usual && width < 2)
        {
            throw new InputException(
                $"{name} has one column where user and item are expected; set separator, or format if it is not a delimited file"
            );
        }

        return new DelimitedLayout(
            separator,
            quoted,
            false,
            Column(columns.User, usual ? (itemFirst ? 1 : 0) : Missing("user", columns.User)),
            Column(columns.Item, usual ? (itemFirst ? 0 : 1) : Missing("item", columns.Item)),
            Column(columns.Rating, usual && width >= 3 ? 2 : -1),
            Column(columns.Timestamp, usual && width >= 4 ? 3 : -1),
            Column(columns.Label, -1)
        );

        int Column(string? given, int otherwise) => given is null ? otherwise : ColumnNames.Number(given, name, width);

        int Missing(string which, string? given) =>
            given is not null
                ? -1
                : throw new InputException($"{name} has no header, so columns.{which} must be given beside the other one");
    }

    /// <summary>
    /// The 2018 release's rating files have the item first. Amazon's item ids are ten characters and its user ids more, so that
    /// is what it takes to believe it.
    /// </summary>
    private static bool LooksItemFirst(List<string[]> rows) =>
        rows.Count > 0 && rows.All(row => row.Length >= 2 && IsItem(row[0]) && IsUser(row[1]));

    private static bool IsItem(string text) => text.Length == 10 && text.All(char.IsAsciiLetterOrDigit);

    private static bool IsUser(string text) =>
        text.Length is >= 11 and <= 28 && text[0] == 'A' && text.All(char.IsAsciiLetterOrDigit);

    private static bool IsNumber(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}
