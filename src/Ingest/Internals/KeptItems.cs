using System.Numerics;

namespace CranePipeline.Ingest.Internals;

/// <summary>
/// The items that stay, and their ids: an id is how many items that stay come before. A bit an item and a count every 64 fit the nearer
/// caches, where an array of ids does not, and every pair asks.
/// </summary>
internal sealed class KeptItems
{
    private const int WordBits = 64;
    private readonly (ulong Bits, int Before)[] words;

    /// <summary>Numbers the items that have interactions left.</summary>
    /// <param name="degrees">Interactions by the items' ranks.</param>
    public KeptItems(ReadOnlySpan<int> degrees)
    {
        words = new (ulong, int)[degrees.Length / WordBits + 1];
        for (int rank = 0; rank < degrees.Length; rank++)
        {
            words[rank / WordBits].Bits |= (degrees[rank] > 0 ? 1UL : 0) << (rank % WordBits);
        }

        for (int word = 0; word < words.Length; word++)
        {
            words[word].Before = Count;
            Count += BitOperations.PopCount(words[word].Bits);
        }
    }

    /// <summary>How many items stay.</summary>
    public int Count { get; }

    /// <summary>Whether an item stays, and its id if it does.</summary>
    public bool TryGetId(int rank, out int id)
    {
        (ulong bits, int before) = words[rank / WordBits];
        ulong bit = 1UL << (rank % WordBits);
        id = before + BitOperations.PopCount(bits & (bit - 1));
        return (bits & bit) != 0;
    }

    /// <summary>The ranks of the items that stay, by their ids.</summary>
    public int[] Ranks()
    {
        int[] ranks = new int[Count];
        int id = 0;
        for (int word = 0; word < words.Length; word++)
        {
            for (ulong left = words[word].Bits; left != 0; left &= left - 1)
            {
                ranks[id++] = word * WordBits + BitOperations.TrailingZeroCount(left);
            }
        }

        return ranks;
    }
}
