namespace CranePipeline.Ingest.Rows;

/// <summary>One row as it is kept in memory.</summary>
internal interface IUserRow
{
    UserKey User { get; }

    /// <summary>The item, or <see cref="Entry.NoItem"/>.</summary>
    int Item { get; }

    /// <summary>What the row says beside its user.</summary>
    Entry Entry { get; }
}
