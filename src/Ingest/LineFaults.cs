using System.Globalization;
using CranePipeline.Ingest.Parsing;

namespace CranePipeline.Ingest;

/// <summary>Why a line is in quarantine.</summary>
public enum LineFault
{
    /// <summary>Not a fault.</summary>
    None,

    /// <summary>Not a JSON object, or not a record of the file's format.</summary>
    Malformed,

    /// <summary>Not UTF-8.</summary>
    InvalidUtf8,

    /// <summary>Fewer columns than the format needs.</summary>
    MissingColumn,

    /// <summary>No user id, or an empty one.</summary>
    EmptyUser,

    /// <summary>No item id, or an empty one.</summary>
    EmptyItem,

    /// <summary>An id of more than 1,024 bytes.</summary>
    LongId,

    /// <summary>A rating that is no number.</summary>
    RatingNotANumber,

    /// <summary>A rating outside <see cref="IngestOptions.LowestRating"/> … <see cref="IngestOptions.HighestRating"/>.</summary>
    RatingOutOfRange,

    /// <summary>A time that is neither a number nor a date written year first.</summary>
    TimestampNotANumber,

    /// <summary>A label that <see cref="LabelMap"/> does not list.</summary>
    UnknownLabel,

    /// <summary>An index that the id map does not list.</summary>
    UnknownIndex,

    /// <summary>An id with a NUL byte.</summary>
    NulInId,

    /// <summary>An id that <see cref="IngestOptions.MissingIds"/> lists.</summary>
    MissingId,

    /// <summary>A number that is no time in the column's unit.</summary>
    TimestampOutOfRange,
}

/// <summary>A line that could not be used.</summary>
/// <param name="File">The file, relative to the data folder.</param>
/// <param name="Line">Its line number, from 1; the row of a Parquet or Feather table, from 0.</param>
/// <param name="Kind">The kind of fault, as counted in <see cref="IngestStatistics.Quarantined"/>.</param>
/// <param name="Reason">What is wrong, in words, with the setting that changes the rule where there is one.</param>
/// <param name="Value">The value that is at fault; null if it is the line as a whole.</param>
/// <param name="Text">The line's beginning, at most 200 characters.</param>
public sealed record QuarantinedLine(string File, long Line, LineFault Kind, string Reason, string? Value, string Text);

/// <summary>Faults in words.</summary>
internal static class LineFaults
{
    /// <summary>A fault of a line of interactions.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="options">Have the ranges.</param>
    /// <param name="times">Has the unit of times.</param>
    public static string Describe(LineFault fault, IngestOptions options, TimestampRule times) =>
        fault switch
        {
            LineFault.RatingOutOfRange => string.Create(
                CultureInfo.InvariantCulture,
                $"rating outside {options.LowestRating} to {options.HighestRating} (ingest.lowestRating, ingest.highestRating)"
            ),
            LineFault.TimestampOutOfRange =>
                $"time that is not {times.Describe()} (set timestampUnit, to none if the column holds no times)",
            _ => Describe(fault),
        };

    /// <summary>A fault that needs no settings to be told.</summary>
    public static string Describe(LineFault fault) =>
        fault switch
        {
            LineFault.Malformed => "what is no record of the file's format (format)",
            LineFault.InvalidUtf8 => "bytes that are not UTF-8 (save the file as UTF-8)",
            LineFault.MissingColumn => "too few columns (separator, quote, columns)",
            LineFault.EmptyUser => "no user id (columns.user)",
            LineFault.EmptyItem => "no item id (columns.item)",
            LineFault.LongId => "id of more than 1,024 bytes, the most there may be (columns.user, columns.item)",
            LineFault.NulInId => "id with a NUL byte, which none may have (columns.user, columns.item)",
            LineFault.MissingId => "id that stands for a missing value (ingest.missingIds)",
            LineFault.RatingNotANumber => "rating that is not a number (columns.rating)",
            LineFault.RatingOutOfRange => "rating outside the possible range",
            LineFault.TimestampNotANumber =>
                "time that is neither a number nor a date such as 2018-07-07 22:09:11 (columns.timestamp, timestampUnit)",
            LineFault.TimestampOutOfRange => "time outside the possible range",
            LineFault.UnknownLabel => "label that stands for no part (labels.train, labels.valid, labels.test)",
            LineFault.UnknownIndex => "index that the id map does not list (userIdMap, itemIdMap)",
            _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "There is no text for it."),
        };
}
