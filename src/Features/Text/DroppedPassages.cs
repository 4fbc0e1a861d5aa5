namespace CranePipeline.Features;

/// <summary>Sums up what the passage filter did, for people.</summary>
internal static class DroppedPassages
{
    private const int InspectedItems = 1000;
    private const int ShownPassages = 5;
    private const int ShownLength = 200;

    /// <param name="boilerplate">What was dropped; null for nothing.</param>
    /// <param name="texts">Every item's metadata.</param>
    /// <param name="droppedWords"><c>[items]</c>, words dropped of each.</param>
    internal static BoilerplateStatistics? Describe(Boilerplate? boilerplate, IReadOnlyList<ItemText?> texts, int[] droppedWords)
    {
        if (boilerplate is null)
        {
            return null;
        }

        var filter = new PassageFilter(boilerplate);
        var counts = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        var passages = new List<string>();
        int items = 0;
        long words = 0;
        for (int item = 0; item < droppedWords.Length; item++)
        {
            if (droppedWords[item] == 0)
            {
                continue;
            }

            words += droppedWords[item];
            if (items++ < InspectedItems)
            {
                passages.Clear();
                Collect(filter, texts[item]!.Description, passages);
                foreach (string passage in passages.Distinct(StringComparer.OrdinalIgnoreCase))
                {
                    counts[passage] = counts.GetValueOrDefault(passage) + 1;
                }
            }
        }

        return new BoilerplateStatistics(
            items,
            words,
            [
                .. counts
                    .OrderByDescending(pair => pair.Value)
                    .ThenBy(pair => pair.Key, StringComparer.Ordinal)
                    .Take(ShownPassages)
                    .Select(pair => new BoilerplatePassage(
                        pair.Key.Length <= ShownLength ? pair.Key : pair.Key[..ShownLength] + "…",
                        pair.Value
                    )),
            ]
        );
    }

    private static void Collect(PassageFilter filter, string? description, List<string> passages)
    {
        var text = new CharBuffer(1024);
        ItemSentence.AppendClean(description, ref text);
        filter.Drop(ref text, 0, passages);
        text.Dispose();
    }
}
