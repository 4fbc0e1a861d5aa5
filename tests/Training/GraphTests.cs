using CranePipeline.Tensors;

namespace CranePipeline.Training.Tests;

[TestFixture]
public sealed class GraphTests
{
    [Test]
    public void Symmetric_normalisation_is_one_over_the_root_of_both_degrees()
    {
        var graph = new InteractionGraph(3, 3, [0, 0, 1, 1, 1], [0, 1, 0, 1, 2]);
        CsrMatrix matrix = graph.Symmetric();

        float half = 1 / MathF.Sqrt(4);
        float sixth = 1 / MathF.Sqrt(6);
        Assert.Multiple(() =>
        {
            Assert.That(matrix.Values, Is.EqualTo(new[] { half, half, sixth, sixth, 1 / MathF.Sqrt(3) }).Within(1e-7));
            Assert.That(matrix.RowColumns(2).Length, Is.Zero, "a user without interactions has an empty row");
            Assert.That(graph.UserMean().Values, Is.EqualTo(new[] { 0.5f, 0.5f, 1 / 3f, 1 / 3f, 1 / 3f }).Within(1e-7));
        });
    }

    [Test]
    public void Dropping_keeps_the_exact_share_without_repeats_and_normalises_anew([Values(0.1, 0.5, 0.87)] double share)
    {
        TrainingInput input = PlantedData.Make();
        InteractionGraph graph = PlantedData.Graph(input);
        InteractionGraph kept = graph.Drop(share, seed: 4, epoch: 2);

        int expected = (int)Math.Floor((1 - share) * graph.Ones.EntryCount);
        var pairs = new HashSet<(int, int)>();
        for (int user = 0; user < kept.UserCount; user++)
        {
            foreach (int item in kept.Ones.RowColumns(user))
            {
                Assert.That(graph.Contains(user, item), Is.True);
                Assert.That(pairs.Add((user, item)), Is.True);
            }
        }

        Assert.Multiple(() =>
        {
            Assert.That(kept.Ones.EntryCount, Is.EqualTo(expected));
            Assert.That(kept.UserDegrees.Sum(), Is.EqualTo(expected));
            Assert.That(graph.Drop(share, 4, 2).Ones.ColumnIndices, Is.EqualTo(kept.Ones.ColumnIndices), "repeatable");
            Assert.That(graph.Drop(share, 4, 3).Ones.ColumnIndices, Is.Not.EqualTo(kept.Ones.ColumnIndices));
        });
    }

    /// <summary>The first of two unequal edges is drawn with probability proportional to its weight.</summary>
    [Test]
    public void Dropping_draws_in_proportion_to_one_over_the_root_of_the_degrees()
    {
        // Item 0 has 16 users, item 1 one user more of degree 1: weights are 1/√16 sixteen times and 1/√1 once.
        int[] users = [.. Enumerable.Range(0, 17)];
        int[] items = [.. Enumerable.Repeat(0, 16), 1];
        var graph = new InteractionGraph(17, 2, users, items);
        int quiet = 0;
        const int Draws = 20000;
        for (int epoch = 0; epoch < Draws; epoch++)
        {
            InteractionGraph kept = graph.Drop(1 - (1.5 / 17), seed: 8, epoch);
            quiet += kept.ItemDegrees[1];
        }

        double expected = 1.0 / (1.0 + (16 * 0.25));
        Assert.That((double)quiet / Draws, Is.EqualTo(expected).Within(0.012));
    }

    [Test]
    public void Candidates_are_the_union_of_the_modalities_without_the_item_itself_and_padding()
    {
        CandidateLists union = CandidateLists.Union(
            3,
            [
                [1, 2, -1, -1, 0, -1],
                [2, 2, 1],
                [-1, 0, 2, 0, 0, 1],
            ]
        );
        Assert.Multiple(() =>
        {
            Assert.That(union.Width, Is.EqualTo(2));
            Assert.That(union.Items, Is.EqualTo(new[] { 1, 2, 0, 2, 0, 1 }));
            Assert.That(union.Counts, Is.EqualTo(new[] { 2, 2, 2 }));
        });
    }

    [Test]
    public void The_most_similar_candidates_become_neighbours_and_missing_ones_are_masked()
    {
        CandidateLists candidates = CandidateLists.Union(
            4,
            [
                [1, 2, 3, 0, 2, -1, 3, -1, -1, -1, -1, -1],
            ]
        );
        var similarity = new Matrix(4, 3, [0.5f, 0.9f, 0.5f, 0.1f, 0.2f, 0f, -1f, 0f, 0f, 0f, 0f, 0f]);
        (NeighbourTable table, Matrix chosen) = NeighbourTable.Choose(candidates, similarity, 2);
        Assert.Multiple(() =>
        {
            Assert.That(table.Items, Is.EqualTo(new[] { 1, 2, 0, 2, 3, 2, 3, 3 }));
            Assert.That(table.Mask, Is.EqualTo(new[] { 1f, 1f, 1f, 1f, 1f, 0f, 0f, 0f }));
            Assert.That(chosen.Values, Is.EqualTo(new[] { 0.5f, 0.9f, 0.1f, 0.2f, -1f, 0f, 0f, 0f }));
            Assert.That(table.IsFull, Is.False);
        });
    }

    [Test]
    public void Batches_hold_every_interaction_once_with_negatives_the_user_has_not_chosen()
    {
        TrainingInput input = PlantedData.Make();
        InteractionGraph graph = PlantedData.Graph(input);
        var batches = new NegativeSampler(graph, input.TrainUsers, input.TrainItems, BatchSampling.Interactions, seed: 2);
        batches.Draw(3);

        int[] users = batches.Users(0, batches.Count).ToArray();
        int[] positives = batches.Positives(0, batches.Count).ToArray();
        int[] negatives = batches.Negatives(0, batches.Count).ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(users.Zip(positives), Is.EquivalentTo(input.TrainUsers.Zip(input.TrainItems)));
            Assert.That(users, Is.Not.EqualTo(input.TrainUsers), "shuffled");
            Assert.That(users.Zip(negatives).Any(p => graph.Contains(p.First, p.Second)), Is.False);
        });

        batches.Draw(4);
        Assert.That(batches.Users(0, batches.Count).ToArray(), Is.Not.EqualTo(users));
        batches.Draw(3);
        Assert.That(batches.Negatives(0, batches.Count).ToArray(), Is.EqualTo(negatives));
    }

    [Test]
    public void Negatives_are_uniform_over_what_the_user_has_not_chosen()
    {
        var graph = new InteractionGraph(1, 6, [0, 0], [1, 4]);
        var batches = new NegativeSampler(graph, [0, 0], [1, 4], BatchSampling.Interactions, seed: 1);
        var counts = new int[6];
        for (int epoch = 0; epoch < 10000; epoch++)
        {
            batches.Draw(epoch);
            foreach (int negative in batches.Negatives(0, 2))
            {
                counts[negative]++;
            }
        }

        Assert.That(counts, Is.EqualTo(new[] { 5000, 0, 5000, 5000, 0, 5000 }).Within(300));
    }

    [Test]
    public void Sampling_by_users_draws_users_alike_and_each_of_their_items_alike()
    {
        // User 0 has three items, user 1 one, user 2 none, and user 3 all of them, so that no negative is left.
        (int[] users, int[] items) = ([0, 0, 0, 1, 3, 3, 3, 3], [0, 1, 2, 3, 0, 1, 2, 3]);
        var graph = new InteractionGraph(4, 4, users, items);
        var batches = new NegativeSampler(graph, users, items, BatchSampling.Users, seed: 1);
        var pairs = new int[4, 4];
        for (int epoch = 0; epoch < 6000; epoch++)
        {
            batches.Draw(epoch);
            Assert.That(batches.Count, Is.EqualTo(4));
            for (int place = 0; place < batches.Count; place++)
            {
                int user = batches.Users(place, 1)[0];
                pairs[user, batches.Positives(place, 1)[0]]++;
                Assert.That(graph.Contains(user, batches.Negatives(place, 1)[0]), Is.False);
            }
        }

        int[,] expected =
        {
            { 4000, 4000, 4000, 0 },
            { 0, 0, 0, 12000 },
            { 0, 0, 0, 0 },
            { 0, 0, 0, 0 },
        };
        Assert.That(pairs.Cast<int>(), Is.EqualTo(expected.Cast<int>()).Within(300));
    }

    [Test]
    public void A_user_of_every_item_is_left_out_of_the_batches()
    {
        var graph = new InteractionGraph(2, 2, [0, 0, 1], [0, 1, 0]);
        var batches = new NegativeSampler(graph, [0, 0, 1], [0, 1, 0], BatchSampling.Interactions, seed: 1);
        batches.Draw(0);
        Assert.That(batches.Users(0, batches.Count).ToArray(), Is.EqualTo(new[] { 1 }));
    }
}
