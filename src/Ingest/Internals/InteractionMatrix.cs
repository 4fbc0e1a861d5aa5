using System.Runtime.Intrinsics.X86;

namespace CranePipeline.Ingest.Internals;

/// <summary>
/// Distinct (user, item) pairs of the users who have enough of them, by user, by ascending rank of the item within a user. Built by
/// <see cref="InteractionMatrixBuilder"/>.
/// </summary>
internal sealed unsafe class InteractionMatrix(int capacity, IdTable longUsers) : IDisposable
{
    private readonly NativeBuffer<nint> starts = new(capacity);
    private readonly NativeBuffer<int> degrees = new(capacity);
    private readonly List<NativeBuffer<Entry>> large = [];
    private int count;

    /// <summary>The users.</summary>
    public UserTable Users { get; } = new(capacity, longUsers);

    /// <summary>How many users there are.</summary>
    public int Count => count;

    /// <summary>Every user's number of distinct items.</summary>
    public ReadOnlySpan<int> Degrees => degrees.Span[..count];

    /// <summary>Every item's number of pairs: those of the table, or all where they were asked for.</summary>
    public int[] ItemDegrees { get; set; } = [];

    /// <summary>How many users there were, those with too few pairs included.</summary>
    public int RawUsers { get; set; }

    /// <summary>How many distinct pairs all of those had.</summary>
    public long RawPairs { get; set; }

    /// <summary>What became one pair each.</summary>
    public Deduplication Repeats { get; } = new();

    /// <summary>A user's pairs.</summary>
    public ReadOnlySpan<Entry> this[int user] => new((Entry*)starts.Pointer[user], degrees.Pointer[user]);

    /// <summary>Asks for where a user's pairs are to be found.</summary>
    public void PrefetchStart(int user)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(starts.Pointer + user);
            Sse.Prefetch0(degrees.Pointer + user);
        }
    }

    /// <summary>Asks for the first pairs of a user who comes soon; what follows them the processor then foresees.</summary>
    public void Prefetch(int user)
    {
        if (Sse.IsSupported)
        {
            Entry* first = (Entry*)starts.Pointer[user];
            Sse.Prefetch0(first);
            Sse.Prefetch0(first + 4);
            Sse.Prefetch0(first + Math.Min(8, degrees.Pointer[user] - 1));
        }
    }

    /// <summary>Makes room for users; any thread may.</summary>
    /// <returns>The first one's number.</returns>
    public int Reserve(int users) => Interlocked.Add(ref count, users) - users;

    /// <summary>Sets a user.</summary>
    /// <param name="user">A number from <see cref="Reserve"/>.</param>
    /// <param name="key">The raw id.</param>
    /// <param name="pairs">Where the pairs lie.</param>
    /// <param name="degree">How many they are.</param>
    public void Set(int user, in UserKey key, Entry* pairs, int degree)
    {
        Users.Keys[user] = key;
        starts.Pointer[user] = (nint)pairs;
        degrees.Pointer[user] = degree;
    }

    /// <summary>Room for the pairs of a user who has more than fit a block; any thread may ask.</summary>
    public Entry* Large(int pairs)
    {
        NativeBuffer<Entry> buffer = new(pairs);
        lock (large)
        {
            large.Add(buffer);
        }

        return buffer.Pointer;
    }

    public void Dispose()
    {
        starts.Dispose();
        degrees.Dispose();
        Users.Dispose();
        large.ForEach(buffer => buffer.Dispose());
        large.Clear();
    }
}
