using CranePipeline.Tensors;

namespace CranePipeline.SampleData;

/// <summary>
/// Distinct (user, item) pairs in compressed rows: the items of user u are <c>Items[Start[u] .. Start[u + 1]]</c>, in the
/// order they were drawn.
/// </summary>
internal sealed record GeneratedInteractions(int[] Start, int[] Items)
{
    private const int Attempts = 64;

    /// <summary>Number of users.</summary>
    public int Users => Start.Length - 1;

    /// <summary>
    /// Draws the pairs of a world: exactly the number asked for, nobody below the options' least degree. Users' degrees
    /// follow a power law; items' follow from popularity and preference.
    /// </summary>
    public static GeneratedInteractions Draw(LatentWorld world, GenerateOptions options, CancellationToken cancellation)
    {
        double[] weights = PowerLaw.Weights(options.Users, 1 + options.Users / 20.0);
        new RandomStream(options.Seed, "generate activity").Shuffle(weights.AsSpan());
        int most = Math.Max(options.Items / 2, (int)((options.Interactions + options.Users - 1) / options.Users));
        int[] degrees = PowerLaw.Share(weights, options.Interactions, options.MinInteractions, most);

        int[] start = new int[options.Users + 1];
        int[] items = new int[options.Interactions];
        int[] lastUser = new int[options.Items];
        Array.Fill(lastUser, -1);
        int next = 0;
        for (int user = 0; user < options.Users; user++)
        {
            cancellation.ThrowIfCancellationRequested();
            var random = new RandomStream(options.Seed, "generate interactions", user);
            for (int drawn = 0; drawn < degrees[user]; drawn++)
            {
                int item = world.DrawItem(user, ref random);
                for (int attempt = 1; lastUser[item] == user && attempt < Attempts; attempt++)
                {
                    item = world.DrawItem(user, ref random);
                }

                while (lastUser[item] == user)
                {
                    item = (item + 1) % options.Items;
                }

                lastUser[item] = user;
                items[next++] = item;
            }

            start[user + 1] = next;
        }

        var interactions = new GeneratedInteractions(start, items);
        interactions.RaiseRareItems(world, options, cancellation);
        return interactions;
    }

    /// <summary>Interactions of every item.</summary>
    public int[] ItemDegrees(int itemCount)
    {
        int[] degrees = new int[itemCount];
        foreach (int item in Items)
        {
            degrees[item]++;
        }

        return degrees;
    }

    /// <summary>Gives items below the least degree interactions of popular ones, of users who would like them where possible.</summary>
    private void RaiseRareItems(LatentWorld world, GenerateOptions options, CancellationToken cancellation)
    {
        int[] degrees = ItemDegrees(options.Items);
        int[] owner = new int[Items.Length];
        for (int user = 0; user < Users; user++)
        {
            owner.AsSpan(Start[user]..Start[user + 1]).Fill(user);
        }

        for (int item = 0; item < options.Items; item++)
        {
            cancellation.ThrowIfCancellationRequested();
            var random = new RandomStream(options.Seed, "generate rare items", item);
            while (degrees[item] < options.MinInteractions)
            {
                int taken = -1;
                for (int attempt = 0; attempt < 4 * Attempts && (taken < 0 || !world.Likes(owner[taken], item)); attempt++)
                {
                    int candidate = random.NextInt32(Items.Length);
                    taken = CanGive(candidate) && (taken < 0 || world.Likes(owner[candidate], item)) ? candidate : taken;
                }

                // A dense or tiny world may leave chance no candidate; some interaction can always be given, as the total suffices.
                for (int candidate = 0; taken < 0 && candidate < Items.Length; candidate++)
                {
                    taken = CanGive(candidate) ? candidate : -1;
                }

                if (taken < 0)
                {
                    break;
                }

                degrees[Items[taken]]--;
                Items[taken] = item;
                degrees[item]++;
            }

            bool CanGive(int candidate) =>
                degrees[Items[candidate]] > options.MinInteractions && !RowOf(owner[candidate]).Contains(item);
        }
    }

    private ReadOnlySpan<int> RowOf(int user) => Items.AsSpan(Start[user]..Start[user + 1]);
}
