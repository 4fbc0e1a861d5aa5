using System.Globalization;
using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Features;

/// <summary>
/// Compares each item with the members of the few lists whose centres are nearest to it. How many lists that takes is found out on
/// a sample of items whose exact candidates are computed first. The engine is given the vectors of a list's members and visitors
/// when it is their turn: besides the caller's vectors and the lists of neighbours nothing of that size is held.
/// </summary>
internal static class InvertedLists
{
    private const int BlockQueries = 1 << 16;
    private const int PartQueries = 1 << 13;

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
        Matrix centres = Centres(space, lists, options, engine, progress, cancellation);
        int[] home = KMeans.Nearest(space, SearchSpace.Places(0, space.Count), centres, 1, engine);
        int[] sample = Chosen(space.Count, options.RecallSample, options.Seed, "candidate recall");
        TopItems exact = ExactSearch.Sample(space, sample, options.Count, engine, cancellation);
        int probes =
            options.Probes > 0
                ? Math.Min(lists, options.Probes)
                : NeededProbes(space, centres, home, sample, exact, options.RecallFloor, engine);
        CandidateList found = space.EmptyList(modality, options.Count, "ivf");
        Search(space, centres, home, probes, found, engine, progress, cancellation);
        double recall = Recall(space, found, sample, exact);
        if (recall < options.RecallFloor)
        {
            throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the approximate search finds {recall:P1} of the {modality} candidates on a sample of {sample.Length} "
                        + $"items, less than the floor of {options.RecallFloor:P1}; set 'probes' to 0 or "
                        + $"above {probes} of {lists} lists, lower 'recallFloor', or set 'search: exact'"
                )
            );
        }

        return found with
        {
            Lists = lists,
            Probes = probes,
            MeasuredRecall = recall,
        };
    }

    private static Matrix Centres(
        SearchSpace space,
        int lists,
        CandidateOptions options,
        IEngine engine,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation
    )
    {
        int[] points =
            space.Count <= (long)lists * PointsPerList
                ? SearchSpace.Places(0, space.Count)
                : Chosen(space.Count, lists * PointsPerList, options.Seed, "candidate centres");
        return KMeans.Run(space, points, lists, options.KMeansRounds, options.Seed, engine, progress, cancellation);
    }

    private static int[] Chosen(int count, int most, long seed, string purpose)
    {
        int[] places = SearchSpace.Places(0, count);
        new RandomStream(seed, purpose).Shuffle(places.AsSpan());
        int[] chosen = places[..Math.Min(most, count)];
        Array.Sort(chosen);
        return chosen;
    }

    // An exact candidate is found once the list it is in is among those probed.
    private static int NeededProbes(
        SearchSpace space,
        Matrix centres,
        int[] home,
        int[] sample,
        TopItems exact,
        double floor,
        IEngine engine
    )
    {
        int lists = centres.Rows;
        int[] order = KMeans.Nearest(space, sample, centres, lists, engine);
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

    // Lists are numbered by item from the start: ties that go by item go by place.
    private static void Search(
        SearchSpace space,
        Matrix centres,
        int[] home,
        int probes,
        CandidateList found,
        IEngine engine,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation
    )
    {
        var merge = new ListMerge(found.Items, found.Similarities, found.Count);
        (int[] memberStarts, int[] members) = KMeans.Group(home, centres.Rows);
        for (int first = 0; first < space.Count; first += BlockQueries)
        {
            int count = Math.Min(BlockQueries, space.Count - first);
            int[] probed = KMeans.Nearest(space, SearchSpace.Places(first, count), centres, probes, engine);
            (int[] visitStarts, int[] visits) = KMeans.Group(probed, centres.Rows);
            for (int list = 0; list < centres.Rows; list++)
            {
                cancellation.ThrowIfCancellationRequested();
                int[] inList = members[memberStarts[list]..memberStarts[list + 1]];
                int[] queries = Array.ConvertAll(
                    visits[visitStarts[list]..visitStarts[list + 1]],
                    visit => first + (visit / probes)
                );
                if (inList.Length > 0 && queries.Length > 0)
                {
                    Compare(space, queries, inList, merge, engine);
                }
            }

            progress?.Report(new WorkProgress($"searching {found.Modality} lists", "items", first + count, space.Count));
        }

        foreach (ref float similarity in found.Similarities.AsSpan())
        {
            similarity = Math.Clamp(similarity, -1f, 1f);
        }
    }

    private static void Compare(SearchSpace space, int[] queries, int[] members, ListMerge merge, IEngine engine)
    {
        int[] queryItems = Array.ConvertAll(queries, place => space.ItemOf[place]);
        int[] memberItems = Array.ConvertAll(members, place => space.ItemOf[place]);
        using Tensor memberVectors = space.Unit(engine, members);
        for (int first = 0; first < queries.Length; first += PartQueries)
        {
            int count = Math.Min(PartQueries, queries.Length - first);
            using IDisposable step = engine.BeginStep(gradients: false);
            Tensor queryVectors = space.Unit(engine, queries.AsMemory(first, count));
            ReadOnlyMemory<int> part = queryItems.AsMemory(first, count);
            merge.Search(engine, queryVectors, memberVectors, part, part, memberItems);
        }
    }

    private static double Recall(SearchSpace space, CandidateList list, int[] sample, TopItems exact)
    {
        long found = 0;
        long wanted = 0;
        for (int query = 0; query < sample.Length; query++)
        {
            var reached = new HashSet<int>(list.Of(space.ItemOf[sample[query]]).ToArray());
            foreach (int place in exact.Items.AsSpan(query * exact.K, exact.K))
            {
                wanted += place >= 0 ? 1 : 0;
                found += place >= 0 && reached.Contains(space.ItemOf[place]) ? 1 : 0;
            }
        }

        return wanted == 0 ? 1 : (double)found / wanted;
    }
}
