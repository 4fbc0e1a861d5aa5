namespace CranePipeline.Tables;

/// <summary>Finds the integer ids of raw ids as files write them, with or without spaces around them.</summary>
public sealed class RawIdLookup
{
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> numbers;

    internal RawIdLookup(RawIds ids) => numbers = ids.Numbers().GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Whether there is such an id, and its integer id.</summary>
    public bool TryFind(ReadOnlySpan<char> id, out int number) => numbers.TryGetValue(RawIds.Trim(id), out number);
}
