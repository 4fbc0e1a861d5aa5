namespace CranePipeline.Features;

/// <summary>A neighbour by item number, and how similar it is; NaN where that is not known.</summary>
internal readonly record struct Neighbour(int Item, float Similarity);
