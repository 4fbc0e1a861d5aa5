namespace CranePipeline.Features;

/// <summary>What the metadata says about one item. Absent fields are null or empty.</summary>
/// <param name="Title">The product's title.</param>
/// <param name="Brand">The brand or artist.</param>
/// <param name="Categories">Category names, in the file's order; repeated ones count once.</param>
/// <param name="Description">The description, possibly with HTML in it.</param>
public sealed record ItemText(string? Title, string? Brand, IReadOnlyList<string>? Categories, string? Description);
