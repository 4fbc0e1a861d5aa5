namespace CranePipeline.Tables.Tests;

/// <summary>Every table's reader, by the names of <see cref="SampleTables.Writers"/>.</summary>
internal static class TableReaders
{
    /// <summary>Every table as an action that reads it.</summary>
    public static readonly IReadOnlyDictionary<string, Action<string>> ByName = new Dictionary<string, Action<string>>
    {
        ["interactions"] = path => Interactions.Read(path),
        ["pairs"] = path => InteractionPairs.Read(path),
        ["users"] = path => RawIds.Read(path, IdKind.User),
        ["items"] = path => RawIds.Read(path, IdKind.Item),
        ["titles"] = path => ItemTitles.Read(path),
        ["features"] = path => FeatureTable.Read(path),
        ["embeddings"] = path => Embeddings.Read(path, IdKind.User),
        ["candidates"] = path => Candidates.Read(path),
        ["history"] = path => History.Read(path),
        ["ranks"] = path => Ranks.Read(path),
        ["recommendations"] = path => Recommendations.Read(path),
        ["trials"] = path => Trials.Read(path),
    };
}
