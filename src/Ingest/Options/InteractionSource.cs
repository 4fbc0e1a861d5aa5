namespace CranePipeline.Ingest;

/// <summary>One raw file of interactions, or several that match one pattern.</summary>
public sealed record InteractionSource
{
    /// <summary>
    /// Path relative to the data folder, or a pattern with <c>*</c> and <c>**</c>. Text files may be plain, gzip or bzip2,
    /// whatever they are called; Parquet and Feather are read as well.
    /// </summary>
    public string Path { get; init; } = "";

    /// <summary>The files' format.</summary>
    public InteractionFormat Format { get; init; } = InteractionFormat.Auto;

    /// <summary>Which column holds what, where it is not as usual.</summary>
    public ColumnMap? Columns { get; init; }

    /// <summary>The separator of a delimited file (<c>\t</c> for a tab); told from the first lines if left out.</summary>
    public string? Separator { get; init; }

    /// <summary>Whether a delimited file's first line names the columns; told from that line if left out.</summary>
    public bool? Header { get; init; }

    /// <summary>
    /// Whether fields of a delimited file may stand in double quotes, in which separators and line breaks are ordinary characters. Left
    /// out, they may, except in tab-separated files.
    /// </summary>
    public bool? Quote { get; init; }

    /// <summary>
    /// What numbers in the column of times count; told from the format or from the range of the whole column if left out.
    /// </summary>
    public TimestampUnit TimestampUnit { get; init; } = TimestampUnit.Auto;

    /// <summary>The values of the label column.</summary>
    public LabelMap Labels { get; init; } = new();

    /// <summary>A text file of <c>raw-id index</c> lines that turns this source's user indices back into raw ids.</summary>
    public string? UserIdMap { get; init; }

    /// <summary>A text file of <c>raw-id index</c> lines that turns this source's item indices back into raw ids.</summary>
    public string? ItemIdMap { get; init; }
}

/// <summary>
/// Which column or JSON member holds what. Each is a name as the header, the JSON object or the table has it, or
/// (not for JSON) a number counted from 1. What is left out is looked for under its usual names and places.
/// </summary>
public sealed record ColumnMap
{
    /// <summary>The column of the raw user id.</summary>
    public string? User { get; init; }

    /// <summary>The column of the raw item id.</summary>
    public string? Item { get; init; }

    /// <summary>The column of the rating.</summary>
    public string? Rating { get; init; }

    /// <summary>The column of the time; see <see cref="InteractionSource.TimestampUnit"/>.</summary>
    public string? Timestamp { get; init; }

    /// <summary>The column that says which part of a published split the row belongs to.</summary>
    public string? Label { get; init; }
}

/// <summary>The values of a label column, part by part; compared without regard to letter case.</summary>
public sealed record LabelMap
{
    /// <summary>Values that mean training.</summary>
    public IReadOnlyList<string> Train { get; init; } = ["0", "train", "training"];

    /// <summary>Values that mean validation.</summary>
    public IReadOnlyList<string> Valid { get; init; } = ["1", "valid", "val", "validation", "dev"];

    /// <summary>Values that mean test.</summary>
    public IReadOnlyList<string> Test { get; init; } = ["2", "test", "testing"];
}

/// <summary>
/// What the numbers in a column of times count. Dates written year first (<c>2018-07-07 22:09:11</c>) are known as such in any column.
/// </summary>
public enum TimestampUnit
{
    /// <summary>Recognised from the range of the whole column.</summary>
    Auto,

    /// <summary>Seconds since 1970-01-01 UTC.</summary>
    Seconds,

    /// <summary>Milliseconds since then.</summary>
    Milliseconds,

    /// <summary>Microseconds since then.</summary>
    Microseconds,

    /// <summary>Nanoseconds since then.</summary>
    Nanoseconds,

    /// <summary>Digits of a day or a time in UTC: <c>yyyymmdd</c>, <c>yyyymmddhhmm</c> or <c>yyyymmddhhmmss</c>.</summary>
    Calendar,

    /// <summary>No times, but numbers that tell which interaction came before which; kept as they are.</summary>
    Order,

    /// <summary>Nothing: the column is not read.</summary>
    None,
}

/// <summary>How a raw file of interactions is written.</summary>
public enum InteractionFormat
{
    /// <summary>Told from the file's first lines.</summary>
    Auto,

    /// <summary>
    /// Amazon 2014 and 2018 reviews: a JSON object a line with <c>reviewerID</c>, <c>asin</c>, <c>overall</c>, <c>unixReviewTime</c>.
    /// </summary>
    AmazonReviews,

    /// <summary>
    /// Amazon 2023 reviews: a JSON object a line with <c>user_id</c>, <c>parent_asin</c>, <c>rating</c>, <c>timestamp</c> in
    /// milliseconds.
    /// </summary>
    AmazonReviews2023,

    /// <summary>Any JSON object a line, its members named by <see cref="InteractionSource.Columns"/>.</summary>
    JsonLines,

    /// <summary>Amazon 2014 ratings: <c>user,item,rating,timestamp</c> without a header.</summary>
    AmazonRatings2014,

    /// <summary>Amazon 2018 ratings: <c>item,user,rating,timestamp</c> without a header.</summary>
    AmazonRatings2018,

    /// <summary>Amazon 2023 ratings: <c>user_id,parent_asin,rating,timestamp</c> with a header.</summary>
    AmazonRatings2023,

    /// <summary>The MMRec and RecBole toolboxes' tab-separated <c>.inter</c> with a header.</summary>
    Mmrec,

    /// <summary>
    /// Any text with a separator; columns by <see cref="InteractionSource.Columns"/> or by their usual names and order.
    /// </summary>
    Delimited,

    /// <summary>
    /// LATTICE's <c>train.json</c>, <c>val.json</c>, <c>test.json</c>: one object a file, user index to list of item indices.
    /// </summary>
    Lattice,

    /// <summary>
    /// Parquet, Feather of version 2 or an Arrow stream; columns by <see cref="InteractionSource.Columns"/> or by their usual names.
    /// </summary>
    Table,
}
