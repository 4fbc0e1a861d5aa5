using CranePipeline.Tensors;
using CranePipeline.Training;

namespace CranePipeline.Benchmarks;

/// <summary>Training data of given dimensions: popular items and busy users, noise for features, candidates at random.</summary>
internal static class TrainingShape
{
    private static readonly string[] Names = ["visual", "textual"];

    /// <summary>Draws it; a tenth of the interactions is for validation, a tenth left out.</summary>
    public static TrainingInput Make(int users, int items, int count, IReadOnlyList<int> widths)
    {
        var stream = new RandomStream(1, "benchmark shape");
        var pairs = new HashSet<(int User, int Item)>();
        for (int user = 0; user < users; user++)
        {
            pairs.Add((user, Popular(ref stream, items)));
        }

        while (pairs.Count < count)
        {
            pairs.Add(((int)(Math.Pow(stream.NextDouble(), 1.5) * users), Popular(ref stream, items)));
        }

        (int User, int Item)[] all = [.. pairs];
        stream.Shuffle(all.AsSpan());
        int train = (int)(count * 8L / 10);
        int valid = (int)(count * 9L / 10);
        var modalities = new ModalityInput[widths.Count];
        for (int m = 0; m < modalities.Length; m++)
        {
            modalities[m] = new ModalityInput(Names[m], Noise(ref stream, items, widths[m]), Candidates(ref stream, items));
        }

        return new TrainingInput
        {
            UserCount = users,
            ItemCount = items,
            TrainUsers = Array.ConvertAll(all[..train], static p => p.User),
            TrainItems = Array.ConvertAll(all[..train], static p => p.Item),
            ValidUsers = Array.ConvertAll(all[train..valid], static p => p.User),
            ValidItems = Array.ConvertAll(all[train..valid], static p => p.Item),
            Modalities = modalities,
        };
    }

    private static int Popular(ref RandomStream stream, int items) => (int)(Math.Pow(stream.NextDouble(), 2.5) * items);

    private static Matrix Noise(ref RandomStream stream, int items, int width)
    {
        var matrix = new Matrix(items, width);
        foreach (ref float value in matrix.Values.AsSpan())
        {
            value = stream.NextSingle() - 0.5f;
        }

        return matrix;
    }

    private static int[] Candidates(ref RandomStream stream, int items)
    {
        var candidates = new int[items * 20];
        foreach (ref int candidate in candidates.AsSpan())
        {
            candidate = stream.NextInt32(items);
        }

        return candidates;
    }
}
