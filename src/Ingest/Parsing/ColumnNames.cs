using System.Globalization;
using System.Text;
using CranePipeline.Ingest.Reading;
using CranePipeline.Tables;

namespace CranePipeline.Ingest.Parsing;

/// <summary>Finds the columns of interactions by their names.</summary>
internal static class ColumnNames
{
    private static readonly string[] UserNames =
    [
        "userid",
        "user_id",
        "reviewerid",
        "user",
        "uid",
        "reviewer_id",
        "customer_id",
        "customerid",
    ];
    private static readonly string[] ItemNames =
    [
        "itemid",
        "item_id",
        "parent_asin",
        "asin",
        "item",
        "iid",
        "product_id",
        "productid",
        "movieid",
    ];
    private static readonly string[] RatingNames = ["rating", "overall", "score", "stars", "star_rating"];
    private static readonly string[] TimeNames = ["timestamp", "unixreviewtime", "time", "unix_time", "ts"];
    private static readonly string[] LabelNames = ["x_label", "label", "split", "part"];

    /// <summary>The columns that the settings name, and of the others those with usual names.</summary>
    /// <param name="source">What the user says.</param>
    /// <param name="name">The file's name for messages.</param>
    /// <param name="header">The columns' names.</param>
    /// <param name="tell">What the file has and what to do, where a column is missing.</param>
    /// <exception cref="InputException">There is no such column, or none that is known to hold users or items.</exception>
    public static ColumnLayout Find(InteractionSource source, string name, string[] header, Func<string> tell)
    {
        ColumnMap columns = source.Columns ?? new ColumnMap();
        int user = Column(columns.User, UserNames, "user");
        int item = Column(columns.Item, ItemNames, "item");
        int rating = Column(columns.Rating, RatingNames, null);
        int timestamp = Column(columns.Timestamp, TimeNames, null);
        int label = Column(columns.Label, LabelNames, null);
        return new ColumnLayout(user, item, rating, timestamp, label);

        int Column(string? wanted, string[] usual, string? needed)
        {
            if (wanted is not null)
            {
                int named = Array.FindIndex(
                    header,
                    field => string.Equals(Bare(field), wanted, StringComparison.OrdinalIgnoreCase)
                );
                named = named < 0 && !IsName(wanted) ? Number(wanted, name, header.Length) : named;
                return named >= 0 ? named : throw new InputException($"{name} has no column \"{wanted}\"; {tell()}");
            }

            int found = Find(header, usual);
            if (found < 0 && needed is not null)
            {
                throw new InputException(
                    $"{name} has no column that is known to hold the {needed}: name it in columns.{needed}; {tell()}"
                );
            }

            return found;
        }
    }

    /// <summary>Whether one of them is a usual name of a column of users or items.</summary>
    public static bool AreUsual(string[] header) => Find(header, UserNames) >= 0 || Find(header, ItemNames) >= 0;

    /// <summary>A column that is given as a number from 1; counted from 0.</summary>
    public static int Number(string given, string name, int width) =>
        int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= width
            ? number - 1
            : throw new InputException(
                $"{name} has {width} columns and no header, so columns are numbers from 1 to {width}, not \"{given}\""
            );

    private static int Find(string[] header, string[] names)
    {
        foreach (string wanted in names)
        {
            int found = Array.FindIndex(header, field => string.Equals(Bare(field), wanted, StringComparison.OrdinalIgnoreCase));
            if (found >= 0)
            {
                return found;
            }
        }

        return -1;
    }

    /// <summary>A column's name without the type that RecBole's files add ("user_id:token").</summary>
    public static string Bare(string field)
    {
        int colon = field.IndexOf(':', StringComparison.Ordinal);
        return (colon < 0 ? field : field[..colon]).Trim();
    }

    /// <summary>A column's name as it may be echoed.</summary>
    public static string Shown(string field) => Printable.Of(Encoding.UTF8.GetBytes(Bare(field)));

    /// <summary>Whether a setting gives a column by its name rather than its number.</summary>
    public static bool IsName(string? column) => column is not null && !column.All(char.IsAsciiDigit);
}
