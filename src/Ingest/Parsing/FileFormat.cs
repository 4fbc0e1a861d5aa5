using CranePipeline.Ingest.Internals;
using CranePipeline.Ingest.Reading;

namespace CranePipeline.Ingest.Parsing;

/// <summary>How one file is to be read: one of the four is set, or none if there is nothing in it.</summary>
internal sealed record FileFormat(
    JsonLayout? Json = null,
    DelimitedLayout? Delimited = null,
    bool Lattice = false,
    ColumnLayout? Table = null
)
{
    /// <summary>The unit of times that belongs to the format; <see cref="TimestampUnit.Auto"/> if it has none.</summary>
    public TimestampUnit TimestampUnit { get; init; }

    /// <summary>What the times at the beginning of the file are, where the unit must be recognised.</summary>
    public TimestampTally FirstTimes { get; init; } = new();

    /// <summary>Whether there is nothing in the file.</summary>
    public bool IsEmpty => Json is null && Delimited is null && !Lattice && Table is null;
}

/// <summary>Which column holds what; −1 for none. Columns count from 0.</summary>
internal record ColumnLayout(int User, int Item, int Rating, int Timestamp, int Label);

/// <summary>How a delimited file is written, and which of its columns holds what.</summary>
internal sealed record DelimitedLayout(
    string Separator,
    bool Quoted,
    bool Header,
    int User,
    int Item,
    int Rating,
    int Timestamp,
    int Label
) : ColumnLayout(User, Item, Rating, Timestamp, Label);

/// <summary>
/// Which members of a JSON object hold what. Of several user or item names the first that is there and not empty counts.
/// </summary>
internal sealed record JsonLayout(
    string[] User,
    string[] Item,
    string? Rating = null,
    string? Timestamp = null,
    string? Label = null,
    string? Day = null
);

/// <summary>Reads the rows of whole lines.</summary>
internal abstract class LinesParser
{
    /// <summary>Reads a chunk's rows, in order.</summary>
    public abstract void Parse(Chunk chunk, RowSink sink);
}
