namespace CranePipeline.Ingest.Parsing;

/// <summary>Which members of a JSON object hold what. Of several user or item names the first that is there and not empty counts.</summary>
internal sealed record JsonLayout(
    string[] User,
    string[] Item,
    string? Rating = null,
    string? Timestamp = null,
    string? Label = null,
    string? Day = null
);
