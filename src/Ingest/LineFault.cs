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

    /// <summary>A time that is no number (a number that cannot be a time leaves the row without one instead).</summary>
    TimestampNotANumber,

    /// <summary>A label that <see cref="LabelMap"/> does not list.</summary>
    UnknownLabel,

    /// <summary>An index that the id map does not list.</summary>
    UnknownIndex,
}
