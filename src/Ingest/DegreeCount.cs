namespace CranePipeline.Ingest;

/// <summary>One bar of a degree histogram.</summary>
/// <param name="Degree">How many interactions a user or item has.</param>
/// <param name="Count">How many users or items have that many.</param>
public readonly record struct DegreeCount(int Degree, int Count);
