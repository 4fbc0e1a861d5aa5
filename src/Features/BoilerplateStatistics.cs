namespace CranePipeline.Features;

/// <summary>What was taken out of the descriptions because too many items have it.</summary>
/// <param name="Items">Items whose description lost something.</param>
/// <param name="Words">Words taken out, all items together.</param>
/// <param name="Passages">The passages met most often in the first thousand of these items, most frequent first.</param>
public sealed record BoilerplateStatistics(int Items, long Words, IReadOnlyList<BoilerplatePassage> Passages);
