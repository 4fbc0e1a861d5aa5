using CranePipeline.Ingest.Rows;

namespace CranePipeline.Ingest.Splits;

/// <summary>The order of interactions by their hash: by key, and by the whole digest where keys are equal.</summary>
internal sealed class HashOrder : IComparer<int>, IDisposable
{
    private readonly RowHasher hasher;
    private readonly long seed;
    private readonly NativeBuffer<uint> keys;

    private HashOrder(RowHasher hasher, long seed, int rows)
    {
        (this.hasher, this.seed) = (hasher, seed);
        keys = new NativeBuffer<uint>(rows);
    }

    /// <summary>A key an interaction.</summary>
    public ReadOnlySpan<uint> Keys => keys.Span;

    /// <summary>Hashes every interaction.</summary>
    public static HashOrder Of(RowHasher hasher, long seed, int rows, int threads, CancellationToken cancellation)
    {
        HashOrder order = new(hasher, seed, rows);
        hasher.Run([seed], () => new Keeper(order.keys), _ => { }, threads, cancellation);
        return order;
    }

    public void Dispose() => keys.Dispose();

    /// <summary>Compares two interactions.</summary>
    public int Compare(int x, int y)
    {
        int byKey = Keys[x].CompareTo(Keys[y]);
        return byKey != 0 || x == y ? byKey : hasher.CompareDigests(seed, x, y);
    }

    private sealed class Keeper(NativeBuffer<uint> all) : IKeyTaker
    {
        public void Take(int seed, int first, ReadOnlySpan<uint> keys) => keys.CopyTo(all.Span[first..]);
    }
}
