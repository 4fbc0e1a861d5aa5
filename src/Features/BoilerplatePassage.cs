namespace CranePipeline.Features;

/// <summary>A run of words that was taken out of descriptions.</summary>
/// <param name="Text">Its words, as the first item has them; long ones are cut.</param>
/// <param name="Items">Items that lost exactly these words.</param>
public sealed record BoilerplatePassage(string Text, int Items);
