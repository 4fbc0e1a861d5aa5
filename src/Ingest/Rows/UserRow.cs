namespace CranePipeline.Ingest.Rows;

/// <summary>One row: 32 bytes.</summary>
internal struct UserRow
{
    /// <summary>Stands for the item of a row that only says that there is such a user.</summary>
    public const int NoItem = -1;

    /// <summary>How many parts rows are sorted into by their users.</summary>
    public const int Partitions = 1 << PartitionBits;

    private const int PartitionBits = 8;

    public UserKey User;
    public Entry Entry;

    /// <summary>The part of a user whose key has this hash.</summary>
    public static int PartitionOf(ulong hash) => (int)(hash >> (64 - PartitionBits));
}
