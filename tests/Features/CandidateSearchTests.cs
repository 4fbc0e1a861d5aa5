using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Features.Tests;

public class CandidateSearchTests
{
    [TestCase(1, 8, 3)]
    [TestCase(2, 8, 3)]
    [TestCase(50, 17, 100)]
    [TestCase(300, 5, 7)]
    [TestCase(2100, 13, 20)]
    public void Exact_lists_are_the_brute_force_ones(int items, int width, int count)
    {
        Matrix values = Vectors.Random(items, width, 7);
        using var engine = new CpuEngine();

        CandidateList list = CandidateSearch.Run("m", values, Vectors.All(items), new() { Count = count }, engine);

        AssertBruteForce(values, list, Enumerable.Range(0, items).ToArray());
    }

    [Test]
    public void Both_exact_searches_give_the_same_lists()
    {
        Matrix values = Vectors.Random(2300, 24, 3);
        using var engine = new CpuEngine();
        var space = new SearchSpace(values, Vectors.All(2300));
        CandidateList pairwise = space.EmptyList("m", 15, "exact");
        CandidateList ranked = space.EmptyList("m", 15, "exact");

        PairwiseSearch.Run(space, pairwise, engine, null, default);
        ExactSearch.Run(space, ranked, engine, null, default);

        Assert.That(ranked.Items, Is.EqualTo(pairwise.Items));
        Assert.That(ranked.Similarities, Is.EqualTo(pairwise.Similarities).Within(1e-6f));
    }

    [Test]
    public void Equal_vectors_rank_by_item_number_wherever_they_stand()
    {
        // 2,600 items are two panels; every vector occurs in both.
        Matrix distinct = Vectors.Random(130, 33, 5);
        var values = new Matrix(2600, 33);
        for (int item = 0; item < 2600; item++)
        {
            distinct.Row(item % 130).CopyTo(values.Row(item));
        }

        using var engine = new CpuEngine();
        CandidateList list = CandidateSearch.Run("m", values, Vectors.All(2600), new() { Count = 30 }, engine);

        for (int item = 0; item < 2600; item++)
        {
            int[] twins = [.. Enumerable.Range(0, 20).Select(copy => (item % 130) + (130 * copy)).Where(other => other != item)];
            Assert.That(list.Of(item)[..19].ToArray(), Is.EqualTo(twins));
            Assert.That(list.Of(item)[19..].ToArray(), Is.Ordered.Ascending);
        }
    }

    [Test]
    public void Missing_and_zero_items_have_no_candidates_and_are_none()
    {
        Matrix values = Vectors.Random(40, 6, 1);
        bool[] present = Vectors.All(40);
        present[3] = false;
        values.Row(7).Clear();
        values.Row(8).Clear();
        using var engine = new CpuEngine();

        CandidateList list = CandidateSearch.Run("m", values, present, new() { Count = 50 }, engine);

        Assert.That((list.Missing, list.ZeroVectors, list.Isolated), Is.EqualTo((1, 2, 3)));
        foreach (int item in (int[])[3, 7, 8])
        {
            Assert.That(list.Of(item).ToArray(), Is.Empty);
            Assert.That(list.Items, Has.No.Member(item));
        }

        AssertBruteForce(values, list, [.. Enumerable.Range(0, 40).Except([3, 7, 8])]);
    }

    [Test]
    public void Lists_do_not_depend_on_the_number_of_threads([Values] CandidateSearchMethod search)
    {
        Matrix values = Vectors.Random(2200, 32, 11);
        var options = new CandidateOptions
        {
            Count = 25,
            Search = search,
            RecallFloor = 0,
        };

        CandidateList[] lists =
        [
            .. ((int[])[1, 2, 5]).Select(threads =>
            {
                using var engine = new CpuEngine(threads);
                return Concurrency.Limit(threads, () => CandidateSearch.Run("m", values, Vectors.All(2200), options, engine));
            }),
        ];

        foreach (CandidateList list in lists)
        {
            Assert.That(list.Items, Is.EqualTo(lists[0].Items));
            Assert.That(list.Similarities, Is.EqualTo(lists[0].Similarities));
            Assert.That(list.MeasuredRecall, Is.EqualTo(lists[0].MeasuredRecall));
        }
    }

    [Test]
    public void Inverted_lists_measure_the_recall_they_have()
    {
        // Clustered vectors, as features are.
        Matrix centres = Vectors.Random(40, 24, 2);
        Matrix values = Vectors.Random(4000, 24, 3);
        for (int item = 0; item < values.Rows; item++)
        {
            for (int column = 0; column < 24; column++)
            {
                values[item, column] = (0.4f * values[item, column]) + centres[item % 40, column];
            }
        }

        using var engine = new CpuEngine();
        var options = new CandidateOptions
        {
            Count = 20,
            Search = CandidateSearchMethod.Ivf,
            RecallSample = 4000,
            RecallFloor = 0.9,
        };
        CandidateList approximate = CandidateSearch.Run("m", values, Vectors.All(4000), options, engine);
        CandidateList exact = CandidateSearch.Run("m", values, Vectors.All(4000), new() { Count = 20 }, engine);

        long found = 0;
        for (int item = 0; item < 4000; item++)
        {
            found += approximate.Of(item).ToArray().Intersect(exact.Of(item).ToArray()).Count();
        }

        Assert.That(approximate.MeasuredRecall, Is.EqualTo(found / 80000.0).Within(1e-9));
        Assert.That(approximate.MeasuredRecall, Is.GreaterThan(0.9));
    }

    [Test]
    public void Inverted_lists_that_probe_everything_are_exact()
    {
        Matrix values = Vectors.Random(700, 16, 4);
        using var engine = new CpuEngine();
        var options = new CandidateOptions
        {
            Count = 12,
            Search = CandidateSearchMethod.Ivf,
            Lists = 9,
            Probes = 9,
            RecallFloor = 1,
        };

        CandidateList approximate = CandidateSearch.Run("m", values, Vectors.All(700), options, engine);

        CandidateList exact = CandidateSearch.Run("m", values, Vectors.All(700), new() { Count = 12 }, engine);
        Assert.That(approximate.MeasuredRecall, Is.EqualTo(1));
        Assert.That(approximate.Items, Is.EqualTo(exact.Items));
    }

    [Test]
    public void Inverted_lists_in_several_parts_leave_out_what_has_no_vector()
    {
        // More items than are compared at once, in the sample as in the lists.
        const int Items = 10_000;
        Matrix values = Vectors.Random(Items, 8, 6);
        bool[] present = Vectors.All(Items);
        for (int item = 0; item < Items; item += 10)
        {
            present[item] = false;
            values.Row(item + 1)[..(item % 40 == 0 ? 8 : 0)].Clear();
        }

        using var engine = new CpuEngine();
        var options = new CandidateOptions
        {
            Count = 6,
            Search = CandidateSearchMethod.Ivf,
            Lists = 3,
            Probes = 3,
            RecallSample = 200,
            RecallFloor = 1,
        };

        CandidateList approximate = CandidateSearch.Run("m", values, present, options, engine);

        CandidateList exact = CandidateSearch.Run("m", values, present, new() { Count = 6 }, engine);
        Assert.That((approximate.Missing, approximate.ZeroVectors, approximate.Isolated), Is.EqualTo((1000, 250, 1250)));
        Assert.That(approximate.Similarities, Is.EqualTo(exact.Similarities).Within(1e-6f));
        int different = 0;
        for (int place = 0; place < exact.Items.Length; place++)
        {
            different += approximate.Items[place] == exact.Items[place] ? 0 : 1;
        }

        // Two items closer than float32 can tell may change places.
        Assert.That(different, Is.LessThan(exact.Items.Length / 1000));
    }

    [Test]
    public void Inverted_lists_hold_no_second_copy_of_the_vectors()
    {
        const int Items = 40_000;
        const int Width = 128;
        const long VectorBytes = (long)Items * Width * sizeof(float);
        Matrix values = Vectors.Random(Items, Width, 8);
        bool[] present = Vectors.All(Items);
        var options = new CandidateOptions
        {
            Count = 10,
            Search = CandidateSearchMethod.Ivf,
            Lists = 200,
            Probes = 2,
            KMeansRounds = 1,
            RecallSample = 100,
            RecallFloor = 0,
        };

        // One thread, which so is the one that allocates.
        using var engine = new CpuEngine(threads: 1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        CandidateSearch.Run("m", values, present, options, engine);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.That(allocated, Is.LessThan(VectorBytes * 3 / 4), "the lists are a sixth");
    }

    [Test]
    public void A_recall_below_the_floor_is_refused()
    {
        Matrix values = Vectors.Random(2000, 32, 4);
        using var engine = new CpuEngine();
        var options = new CandidateOptions { Search = CandidateSearchMethod.Ivf, Probes = 1 };

        Assert.That(
            () => CandidateSearch.Run("image", values, Vectors.All(2000), options, engine),
            Throws.InstanceOf<InputException>().With.Message.Contains("image").And.Message.Contains("95.0 %")
        );
    }

    private static void AssertBruteForce(Matrix values, CandidateList list, int[] searchable)
    {
        double[,] cosines = Vectors.Cosines(values);
        foreach (int item in searchable.Where((_, index) => searchable.Length < 500 || index % 11 == 0))
        {
            int[] expected =
            [
                .. searchable
                    .Where(other => other != item)
                    .OrderByDescending(other => cosines[item, other])
                    .ThenBy(other => other)
                    .Take(list.Count),
            ];
            int[] found = list.Of(item).ToArray();
            Assert.That(found, Has.Length.EqualTo(expected.Length));
            Assert.That(found, Is.Unique.And.No.Member(item));
            for (int rank = 0; rank < found.Length; rank++)
            {
                // Two items closer than float32 can tell may change places, and nothing else may.
                Assert.That(cosines[item, found[rank]], Is.EqualTo(cosines[item, expected[rank]]).Within(2e-6));
                Assert.That(list.Similarities[(item * list.Count) + rank], Is.EqualTo(cosines[item, found[rank]]).Within(2e-6));
            }
        }
    }
}
