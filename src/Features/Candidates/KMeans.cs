using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Features;

/// <summary>
/// Spherical k-means (Dhillon and Modha, 2001) over unit vectors: centres are scaled means, nearness is the cosine. Sums run in a
/// fixed order.
/// </summary>
internal static class KMeans
{
    /// <summary>The centres, <c>[lists × width]</c>, of the vectors at some places.</summary>
    internal static Matrix Run(
        SearchSpace space,
        int[] points,
        int lists,
        int rounds,
        long seed,
        IEngine engine,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation
    )
    {
        Matrix centres = Start(space, points, lists, seed);
        for (int round = 0; round < rounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            int[] nearest = Nearest(space, points, centres, 1, engine);
            Matrix next = Means(space, points, nearest, centres);
            progress?.Report(new WorkProgress("k-means for candidate lists", "rounds", round + 1, rounds));
            bool settled = next.Values.AsSpan().SequenceEqual(centres.Values);
            centres = next;
            if (settled)
            {
                break;
            }
        }

        return centres;
    }

    /// <summary>For every place the numbers of the centres nearest to its vector, nearest first, <c>[places × count]</c>.</summary>
    internal static int[] Nearest(SearchSpace space, ReadOnlyMemory<int> places, Matrix centres, int count, IEngine engine)
    {
        const int BlockQueries = 4096;
        var nearest = new int[places.Length * count];
        var buffer = new TopItemsBuffer();
        using Tensor lists = engine.Constant(centres);
        for (int first = 0; first < places.Length; first += BlockQueries)
        {
            int queries = Math.Min(BlockQueries, places.Length - first);
            using IDisposable step = engine.BeginStep(gradients: false);
            TopItems top = buffer.Of(queries, count);
            engine.TopItems(space.Unit(engine, places.Slice(first, queries)), lists, top);
            top.Items.AsSpan(0, queries * count).CopyTo(nearest.AsSpan(first * count));
        }

        return nearest;
    }

    // Distinct items chosen at random.
    private static Matrix Start(SearchSpace space, int[] points, int lists, long seed)
    {
        int[] order = [.. points];
        new RandomStream(seed, "candidate lists").Shuffle(order.AsSpan());
        var centres = new Matrix(lists, space.Width);
        for (int list = 0; list < lists; list++)
        {
            space.WriteUnit(order[list], centres.Row(list));
        }

        return centres;
    }

    private static Matrix Means(SearchSpace space, int[] points, int[] nearest, Matrix previous)
    {
        (int[] starts, int[] members) = Group(nearest, previous.Rows);
        var centres = new Matrix(previous.Rows, previous.Columns);
        Parallel.For(
            0,
            previous.Rows,
            list =>
            {
                var sum = new double[previous.Columns];
                var vector = new float[previous.Columns];
                for (int member = starts[list]; member < starts[list + 1]; member++)
                {
                    space.WriteUnit(points[members[member]], vector);
                    for (int column = 0; column < vector.Length; column++)
                    {
                        sum[column] += vector[column];
                    }
                }

                double squares = 0;
                foreach (double value in sum)
                {
                    squares += value * value;
                }

                Span<float> centre = centres.Row(list);
                if (squares == 0)
                {
                    // A centre that nobody is nearest to stays where it was.
                    previous.Row(list).CopyTo(centre);
                    return;
                }

                double scale = 1.0 / Math.Sqrt(squares);
                for (int column = 0; column < centre.Length; column++)
                {
                    centre[column] = (float)(sum[column] * scale);
                }
            }
        );
        return centres;
    }

    /// <summary>Members of each list, ascending; list l's are <c>members[starts[l] … starts[l + 1])</c>.</summary>
    internal static (int[] Starts, int[] Members) Group(ReadOnlySpan<int> listOf, int lists)
    {
        var starts = new int[lists + 1];
        foreach (int list in listOf)
        {
            starts[list + 1]++;
        }

        for (int list = 0; list < lists; list++)
        {
            starts[list + 1] += starts[list];
        }

        int[] next = starts[..lists];
        var members = new int[listOf.Length];
        for (int place = 0; place < listOf.Length; place++)
        {
            members[next[listOf[place]]++] = place;
        }

        return (starts, members);
    }
}
