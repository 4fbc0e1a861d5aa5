namespace CranePipeline.Ingest.Parsing;

/// <summary>How one file is to be read: exactly one of the three is set.</summary>
internal sealed record FileFormat(
    JsonLayout? Json = null,
    DelimitedLayout? Delimited = null,
    bool Lattice = false,
    bool General = false
);
