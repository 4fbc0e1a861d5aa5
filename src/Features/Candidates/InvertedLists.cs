using System.Globalization;
using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Features;

/// <summary>Compares each item with the members of the few lists whose centres are nearest to it.</summary>
internal static class InvertedLists
{
    internal static CandidateList Run(
        SearchSpace space,
        string modality,
        CandidateOptions options,
        IEngine engine,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation
    )
    {
        CandidateList result = space.EmptyList(modality, options.Count, "ivf");
        if (space.Count < 2)
        {
            return result with { MeasuredRecall = 1 };
        }

        int lists = options.Lists > 0 ? options.Lists : (int)Math.Sqrt(space.Count);
        lists = Math.Clamp(lists, 1, Math.Max(1, space.Count / 4));
        int probes = Math.Min(lists, options.Probes > 0 ? options.Probes : Math.Max(8, lists / 8));
        Matrix unit = space.Unit();
        using Tensor vectors = engine.Constant(unit);
        Matrix centres = KMeans.Run(unit, vectors, lists, options.KMeansRounds, options.Seed, engine, progress, cancellation);
        int[] probed = KMeans.Nearest(vectors, centres, probes, engine);
        var merge = new ListMerge(space.Count, options.Count);
        Search(space, vectors, lists, probes, probed, merge, engine, modality, progress, cancellation);
        merge.WriteTo(space, result);

        double recall = MeasureRecall(space, vectors, merge, options, engine);
        if (recall < options.RecallFloor)
        {
            throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the approximate search finds {recall:P1} of the {modality} candidates on a sample of {Math.Min(options.RecallSample, space.Count)} items, less than the floor of {options.RecallFloor:P1}; raise 'probes' above {probes} of {lists} lists, lower 'recallFloor', or set 'search: exact'."
                )
            );
        }

        return result with
        {
            MeasuredRecall = recall,
        };
    }

    private static void Search(
        SearchSpace space,
        Tensor vectors,
        int lists,
        int probes,
        int[] probed,
        ListMerge merge,
        IEngine engine,
        string modality,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation
    )
    {
        var home = new int[space.Count];
        for (int place = 0; place < home.Length; place++)
        {
            home[place] = probed[place * probes];
        }

        (int[] memberStarts, int[] members) = KMeans.Group(home, lists);
        (int[] visitStarts, int[] visits) = KMeans.Group(probed, lists);
        var visitors = new List<int>();
        for (int list = 0; list < lists; list++)
        {
            cancellation.ThrowIfCancellationRequested();
            int[] inList = members[memberStarts[list]..memberStarts[list + 1]];
            visitors.Clear();
            for (int visit = visitStarts[list]; visit < visitStarts[list + 1]; visit++)
            {
                visitors.Add(visits[visit] / probes);
            }

            if (inList.Length > 0 && visitors.Count > 0)
            {
                int[] queries = [.. visitors];
                using IDisposable step = engine.BeginStep(gradients: false);
                using IndexTensor queryRows = engine.Indices(queries, 1, space.Count);
                using IndexTensor memberRows = engine.Indices(inList, 1, space.Count);

                // One more than wanted, because the item itself may be among them.
                int count = Math.Min(merge.Count + 1, inList.Length);
                TopItems top = engine.TopItems(
                    engine.GatherRows(vectors, queryRows),
                    engine.GatherRows(vectors, memberRows),
                    count
                );
                merge.Add(queries, inList, top);
            }

            progress?.Report(new WorkProgress($"searching {modality} lists", "lists", list + 1, lists));
        }
    }

    private static double MeasureRecall(
        SearchSpace space,
        Tensor vectors,
        ListMerge merge,
        CandidateOptions options,
        IEngine engine
    )
    {
        var sample = new int[space.Count];
        for (int place = 0; place < sample.Length; place++)
        {
            sample[place] = place;
        }

        new RandomStream(options.Seed, "candidate recall").Shuffle(sample.AsSpan());
        sample = sample[..Math.Min(options.RecallSample, space.Count)];
        TopItems exact = ExactSearch.Sample(space, sample, options.Count, vectors, engine);
        long found = 0;
        long wanted = 0;
        var reached = new HashSet<int>();
        for (int query = 0; query < sample.Length; query++)
        {
            reached.Clear();
            foreach (int place in merge.Places(sample[query]))
            {
                reached.Add(place);
            }

            for (int rank = 0; rank < exact.K && exact.Items[(query * exact.K) + rank] is var place and >= 0; rank++)
            {
                wanted++;
                found += reached.Contains(place) ? 1 : 0;
            }
        }

        return wanted == 0 ? 1 : (double)found / wanted;
    }
}
