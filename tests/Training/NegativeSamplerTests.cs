using CranePipeline.Tensors;

namespace CranePipeline.Training.Tests;

[TestFixture]
public sealed class NegativeSamplerTests
{
    private static readonly TrainingInput Input = PlantedData.Make();

    private static NegativeSampler Drawn(InteractionGraph graph, int epoch)
    {
        var pairs = new NegativeSampler(graph, Input.TrainUsers, Input.TrainItems, BatchSampling.Users, 1);
        pairs.Draw(epoch);
        return pairs;
    }

    private static InnerProducts Scores(int width = 5)
    {
        Matrix Random(int rows, string purpose) =>
            new(
                rows,
                width,
                [.. Enumerable.Range(0, rows * width).Select(i => new RandomStream(i, purpose).NextSingle() - 0.5f)]
            );
        return new InnerProducts(Random(Input.UserCount, "users"), Random(Input.ItemCount, "items"));
    }

    private static float Score(InnerProducts scores, int user, int item)
    {
        float sum = 0;
        for (int c = 0; c < scores.Users.Columns; c++)
        {
            sum += scores.Users[user, c] * scores.Items[item, c];
        }

        return sum;
    }

    [Test]
    public void Of_several_candidates_the_one_with_the_largest_score_is_kept([Values(2, 7)] int candidates)
    {
        InteractionGraph graph = PlantedData.Graph(Input);
        InnerProducts scores = Scores();
        NegativeSampler uniform = Drawn(graph, 3);
        NegativeSampler hardest = Drawn(graph, 3);
        using IEngine engine = Engines.Cpu();
        hardest.KeepHardest(engine, scores, candidates, 3);

        int changed = 0;
        for (int pair = 0; pair < uniform.Count; pair++)
        {
            int user = uniform.Users(pair, 1)[0];
            Assert.That(
                (hardest.Users(pair, 1)[0], hardest.Positives(pair, 1)[0]),
                Is.EqualTo((user, uniform.Positives(pair, 1)[0]))
            );
            int before = uniform.Negatives(pair, 1)[0];
            int after = hardest.Negatives(pair, 1)[0];
            Assert.That(graph.Contains(user, after), Is.False);
            Assert.That(Score(scores, user, after), Is.GreaterThanOrEqualTo(Score(scores, user, before)));
            changed += before == after ? 0 : 1;
        }

        // All of n candidates are as likely to be the hardest, or the same item again.
        double share = (double)changed / uniform.Count;
        Assert.That(share, Is.EqualTo(1 - (1.0 / candidates)).Within(0.06));
    }

    [Test]
    public void With_more_candidates_than_items_the_negative_is_the_best_item_that_the_user_has_not_chosen()
    {
        InteractionGraph graph = PlantedData.Graph(Input);
        InnerProducts scores = Scores();
        NegativeSampler pairs = Drawn(graph, 0);
        using IEngine engine = Engines.Cpu();
        pairs.KeepHardest(engine, scores, 1000, 0);
        for (int pair = 0; pair < pairs.Count; pair++)
        {
            int user = pairs.Users(pair, 1)[0];
            int best = Enumerable
                .Range(0, Input.ItemCount)
                .Where(item => !graph.Contains(user, item))
                .MaxBy(item => Score(scores, user, item));
            Assert.That(pairs.Negatives(pair, 1)[0], Is.EqualTo(best));
        }
    }

    [Test]
    public void What_was_chosen_can_be_put_back_after_the_epoch_is_drawn_again()
    {
        InteractionGraph graph = PlantedData.Graph(Input);
        NegativeSampler pairs = Drawn(graph, 2);
        using IEngine engine = Engines.Cpu();
        pairs.KeepHardest(engine, Scores(), 4, 2);
        int[] chosen = pairs.CopyNegatives();

        NegativeSampler again = Drawn(graph, 2);
        Assert.That(again.CopyNegatives(), Is.Not.EqualTo(chosen));
        again.RestoreNegatives(chosen);
        Assert.That(again.Negatives(0, again.Count).ToArray(), Is.EqualTo(chosen));
    }
}
