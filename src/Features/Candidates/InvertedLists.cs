using System.Globalization;
using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Features;

/// <summary>
/// Compares each item with the members of the few lists whose centres are nearest to it. How many lists that takes is found out on a sample of
/// items whose exact candidates are computed first. Items are searched a block at a time: besides the vectors, the lists of neighbours and
/// a block's work nothing is held.
/// </summary>
internal static class InvertedLists
{
    private const int BlockQueries = 1 << 16;

    // Items that k-means sees for a list: more move the centres hardly.
    private const int PointsPerList = 64;

    internal static CandidateList Run(
        SearchSpace space,
        string modality,
        CandidateOptions options,
        IEngine engine,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation
    )
    {
        if (space.Count < 2)
        {
            return space.EmptyList(modality, options.Count, "ivf") with { MeasuredRecall = 1 };
        }

        int lists = options.Lists > 0 ? options.Lists : (int)Math.Sqrt(space.Count);
        lists = Math.Clamp(lists, 1, Math.Max(1, space.Count / 4));
        Matrix unit = space.Unit();
        using Tensor vectors = engine.Constant(unit);
        Matrix centres = Centres(unit, vectors, lists, options, engine, progress, cancellation);
        int[] home = KMeans.Nearest(vectors, centres, 1, engine);
        int[] sample = Chosen(space.Count, options.RecallSample, options.Seed, "candidate recall");
        TopItems exact = ExactSearch.Sample(space, sample, options.Count, vectors, engine);
        int probes =
            options.Probes > 0
                ? Math.Min(lists, options.Probes)
                : NeededProbes(vectors, centres, home, sample, exact, options.RecallFloor, engine);
        var merge = new ListMerge(space.Count, options.Count);
        Search(vectors, centres, home, probes, merge, engine, $"searching {modality} lists", progress, cancellation);
        double recall = Recall(merge, sample, exact);
        if (recall < options.RecallFloor)
        {
            throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the approximate search finds {recall:P1} of the {modality} candidates on a sample of {sample.Length} items, less than the floor of {options.RecallFloor:P1}; set 'probes' to 0 or above {probes} of {lists} lists, lower 'recallFloor', or set 'search: exact'"
                )
            );
        }

        CandidateList result = space.EmptyList(modality, options.Count, "ivf");
        merge.WriteTo(space, result);
        return result with { Lists = lists, Probes = probes, MeasuredRecall = recall };
    }

    private static Matrix Centres(
        Matrix unit,
        Tensor vectors,
        int lists,
        CandidateOptions options,
        IEngine engine,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation
    )
    {
        if (unit.Rows <= (long)lists * PointsPerList)
        {
            return KMeans.Run(unit, vectors, lists, options.KMeansRounds, options.Seed, engine, progress, cancellation);
        }

        int[] chosen = Chosen(unit.Rows, lists * PointsPerList, options.Seed, "candidate centres");
        var points = new Matrix(chosen.Length, unit.Columns);
        RowOperations.ForRows(points, (row, target) => unit.Row(chosen[row]).CopyTo(target));
        using Tensor few = engine.Constant(points);
        return KMeans.Run(points, few, lists, options.KMeansRounds, options.Seed, engine, progress, cancellation);
    }

    private static int[] Chosen(int count, int most, long seed, string purpose)
    {
        int[] places = [.. Enumerable.Range(0, count)];
        new RandomStream(seed, purpose).Shuffle(places.AsSpan());
        int[] chosen = places[..Math.Min(most, count)];
        Array.Sort(chosen);
        return chosen;
    }

    // An exact candidate is found once the list it is in is among those probed.
    private static int NeededProbes(
        Tensor vectors,
        Matrix centres,
        int[] home,
        int[] sample,
        TopItems exact,
        double floor,
        IEngine engine
    )
    {
        int lists = centres.Rows;
        using IndexTensor rows = engine.Indices(sample, 1, vectors.Rows);
        using Tensor queries = engine.GatherRows(vectors, rows);
        int[] order = KMeans.Nearest(queries, centres, lists, engine);
        var foundAt = new long[lists];
        var rankOf = new int[lists];
        long wanted = 0;
        for (int query = 0; query < sample.Length; query++)
        {
            for (int rank = 0; rank < lists; rank++)
            {
                rankOf[order[(query * lists) + rank]] = rank;
            }

            foreach (int place in exact.Items.AsSpan(query * exact.K, exact.K))
            {
                if (place >= 0)
                {
                    foundAt[rankOf[home[place]]]++;
                    wanted++;
                }
            }
        }

        int probes = 0;
        for (long found = 0; probes < lists && found < floor * wanted; probes++)
        {
            found += foundAt[probes];
        }

        return Math.Max(1, probes);
    }

    private static void Search(
        Tensor vectors,
        Matrix centres,
        int[] home,
        int probes,
        ListMerge merge,
        IEngine engine,
        string activity,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation
    )
    {
        (int[] memberStarts, int[] members) = KMeans.Group(home, centres.Rows);
        for (int first = 0; first < vectors.Rows; first += BlockQueries)
        {
            int count = Math.Min(BlockQueries, vectors.Rows - first);
            using Tensor block = engine.SliceRows(vectors, first, count);
            int[] probed = KMeans.Nearest(block, centres, probes, engine);
            (int[] visitStarts, int[] visits) = KMeans.Group(probed, centres.Rows);
            for (int list = 0; list < centres.Rows; list++)
            {
                cancellation.ThrowIfCancellationRequested();
                int[] inList = members[memberStarts[list]..memberStarts[list + 1]];
                int[] queries = Array.ConvertAll(
                    visits[visitStarts[list]..visitStarts[list + 1]],
                    visit => first + (visit / probes)
                );
                if (inList.Length == 0 || queries.Length == 0)
                {
                    continue;
                }

                using IDisposable step = engine.BeginStep(gradients: false);
                using IndexTensor queryRows = engine.Indices(queries, 1, vectors.Rows);
                using IndexTensor memberRows = engine.Indices(inList, 1, vectors.Rows);

                // One more than wanted, because the item itself may be among them.
                TopItems top = engine.TopItems(
                    engine.GatherRows(vectors, queryRows),
                    engine.GatherRows(vectors, memberRows),
                    Math.Min(merge.Count + 1, inList.Length)
                );
                merge.Add(queries, inList, top);
            }

            progress?.Report(new WorkProgress(activity, "items", first + count, vectors.Rows));
        }
    }

    private static double Recall(ListMerge merge, int[] sample, TopItems exact)
    {
        long found = 0;
        long wanted = 0;
        for (int query = 0; query < sample.Length; query++)
        {
            var reached = new HashSet<int>(merge.Places(sample[query]).ToArray());
            foreach (int place in exact.Items.AsSpan(query * exact.K, exact.K))
            {
                wanted += place >= 0 ? 1 : 0;
                found += place >= 0 && reached.Contains(place) ? 1 : 0;
            }
        }

        return wanted == 0 ? 1 : (double)found / wanted;
    }
}
