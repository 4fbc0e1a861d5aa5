namespace CranePipeline.Ingest.Graph;

/// <summary>The users who are left of every item of fewer than <see cref="Bound"/> interactions.</summary>
internal sealed class ItemUsers
{
    private const int None = -1;
    private readonly int[] starts;
    private readonly int[] ends;
    private readonly int[] users;

    /// <summary>Lists users.</summary>
    /// <param name="pairs">Distinct pairs.</param>
    /// <param name="degrees">For every item at least the number of its users who are left.</param>
    /// <param name="userGone">Who is not left.</param>
    /// <param name="bound">See <see cref="Bound"/>.</param>
    public ItemUsers(PairTable pairs, int[] degrees, bool[] userGone, long bound)
    {
        Bound = bound;
        starts = new int[degrees.Length];
        int sum = 0;
        for (int item = 0; item < degrees.Length; item++)
        {
            starts[item] = degrees[item] < bound ? sum : None;
            sum += degrees[item] < bound ? degrees[item] : 0;
        }

        ends = [.. starts];
        users = GC.AllocateUninitializedArray<int>(sum);
        for (int user = 0; user < userGone.Length; user++)
        {
            if (userGone[user])
            {
                continue;
            }

            foreach (ref readonly Rows.Entry entry in pairs[user])
            {
                int end = ends[entry.Item];
                if (end != None)
                {
                    users[end] = user;
                    ends[entry.Item] = end + 1;
                }
            }
        }
    }

    /// <summary>Items of as many interactions or more have no list.</summary>
    public long Bound { get; }

    /// <summary>The users of an item that has a list.</summary>
    public ReadOnlySpan<int> this[int item] => users.AsSpan(starts[item]..ends[item]);

    public bool Has(int item) => starts[item] != None;
}
