namespace CranePipeline.Ingest.Parsing;

/// <summary>Faults in words.</summary>
internal static class FaultText
{
    public static string Of(LineFault fault) =>
        fault switch
        {
            LineFault.Malformed => "is not a record of this format",
            LineFault.InvalidUtf8 => "is not UTF-8",
            LineFault.MissingColumn => "has too few columns",
            LineFault.EmptyUser => "has no user id",
            LineFault.EmptyItem => "has no item id",
            LineFault.LongId => "has an id of more than 1,024 bytes",
            LineFault.RatingNotANumber => "has a rating that is not a number",
            LineFault.RatingOutOfRange => "has a rating outside the possible range",
            LineFault.TimestampNotANumber => "has a time that is not a number",
            LineFault.UnknownLabel => "has a label that stands for no part",
            LineFault.UnknownIndex => "has an index that the id map does not list",
            _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "There is no text for it."),
        };
}
