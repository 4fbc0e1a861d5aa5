namespace CranePipeline.Features;

/// <summary>An item as a person knows it.</summary>
/// <param name="Item">Item number.</param>
/// <param name="RawId">Raw id.</param>
/// <param name="Title">Title, cleaned of HTML; null where the metadata has none.</param>
public sealed record NamedItem(int Item, string RawId, string? Title);
