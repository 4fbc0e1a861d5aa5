using System.Globalization;
using System.Text;

namespace CranePipeline.Ingest.Tests;

/// <summary>
/// The rules of ingest as they are written, for comma-separated text <c>user,item,rating,seconds,label</c>: no threads, no tables, no
/// packing. What the product's machinery gives is held to this.
/// </summary>
internal static class PlainIngest
{
    private sealed record Row(string User, string Item, float? Rating, long? Time, int? Label);

    /// <summary>The kept interactions as <see cref="ResultText"/> writes them, and the counts of what was left out.</summary>
    public static (string Text, string Counts) Run(string text, IngestOptions options)
    {
        int faults = 0;
        List<Row> rows = [];
        foreach (List<string> fields in Records(text))
        {
            if (fields.Count == 1 && fields[0].Trim().Length == 0)
            {
                continue;
            }

            if (Judge(fields, options) is { } row)
            {
                rows.Add(row);
            }
            else
            {
                faults++;
            }
        }

        Row[] feedback = [.. rows.Where(row => options.MinRating is null || row.Rating >= options.MinRating)];
        Row[] pairs = [.. feedback.GroupBy(row => (row.User, row.Item)).Select(Earliest)];
        Row[] core =
        [
            .. Core(pairs, options)
                .OrderBy(row => row.User, StringComparer.Ordinal)
                .ThenBy(row => row.Item, StringComparer.Ordinal),
        ];
        int exact = feedback.Length - feedback.Distinct().Count();
        StringBuilder lines = new();
        foreach (Row row in core)
        {
            lines.Append(CultureInfo.InvariantCulture, $"{row.User} {row.Item} {row.Rating} {row.Time} {row.Label}\n");
        }

        return (
            lines.ToString(),
            $"{rows.Count} rows, {faults} faults, {rows.Count - feedback.Length} below, {exact} exact, {feedback.Length - exact - pairs.Length} repeated"
        );
    }

    /// <summary>RFC 4180, letter by letter.</summary>
    private static IEnumerable<List<string>> Records(string text)
    {
        List<string> fields = [];
        StringBuilder field = new();
        bool quoted = false;
        bool begins = true;
        for (int at = 0; at < text.Length; at++)
        {
            char letter = text[at];
            if (quoted && letter == '"' && at + 1 < text.Length && text[at + 1] == '"')
            {
                field.Append('"');
                at++;
            }
            else if (letter == '"' && (quoted || begins))
            {
                quoted = !quoted;
                begins = false;
            }
            else if (!quoted && letter is ',' or '\n')
            {
                fields.Add(field.ToString());
                field.Clear();
                begins = true;
                if (letter == '\n')
                {
                    yield return fields;
                    fields = [];
                }
            }
            else
            {
                field.Append(letter);
                begins = false;
            }
        }
    }

    private static Row? Judge(List<string> fields, IngestOptions options)
    {
        if (fields.Count < 5)
        {
            return null;
        }

        (string user, string item) = (fields[0].Trim(' '), fields[1].Trim(' '));
        float? rating = null;
        if (fields[2].Trim().Length > 0)
        {
            if (!double.TryParse(fields[2], NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
            {
                return null;
            }

            rating = (float)number;
        }

        long? time = fields[3].Trim().Length == 0 ? null : long.Parse(fields[3], CultureInfo.InvariantCulture) * 1000;
        int? label = fields[4].Trim().Length == 0 ? null : int.Parse(fields[4], CultureInfo.InvariantCulture);
        return
            user.Length == 0
            || item.Length == 0
            || options.MissingIds.Contains(user)
            || options.MissingIds.Contains(item)
            || rating < options.LowestRating
            || rating > options.HighestRating
            ? null
            : new Row(user, item, rating, time, label);
    }

    private static Row Earliest(IEnumerable<Row> rows) =>
        rows.OrderBy(row => row.Time ?? long.MaxValue)
            .ThenBy(row => row.Label ?? int.MaxValue)
            .ThenBy(row => row.Rating ?? float.PositiveInfinity)
            .First();

    private static Row[] Core(Row[] rows, IngestOptions options)
    {
        while (true)
        {
            Dictionary<string, int> users = rows.CountBy(row => row.User).ToDictionary();
            Dictionary<string, int> items = rows.CountBy(row => row.Item).ToDictionary();
            Row[] left =
            [
                .. rows.Where(row =>
                    users[row.User] >= options.MinUserInteractions && items[row.Item] >= options.MinItemInteractions
                ),
            ];
            if (left.Length == rows.Length)
            {
                return rows;
            }

            rows = left;
        }
    }
}
