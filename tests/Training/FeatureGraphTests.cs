using CranePipeline.Tensors;

namespace CranePipeline.Training.Tests;

/// <summary>Where a frozen item graph's neighbours come from.</summary>
[TestFixture]
public sealed class FeatureGraphTests
{
    private const int Items = 30;

    private Matrix features = null!;

    [SetUp]
    public void MakeFeatures() => features = PlantedData.Random(Items, 4, seed: 3);

    [TestCase(2)]
    [TestCase(6)]
    public void Candidates_are_taken_where_they_are_enough(int neighbours)
    {
        // In an order that no search would find.
        int[] listed = [.. Enumerable.Range(0, Items * 5).Select(static place => ((place / 5) + 1 + (place % 5)) % Items)];
        int[] found = Nearest(new ModalityInput("visual", features, listed), neighbours);
        Assert.That(found[..neighbours], Is.EqualTo(Enumerable.Range(0, neighbours)));
    }

    [TestCase(7)]
    [TestCase(29)]
    [TestCase(30)]
    [TestCase(40)]
    public void More_neighbours_than_candidates_are_searched_among_all_items(int neighbours)
    {
        int[] few = PlantedData.Nearest(features, 5);
        int[] all = PlantedData.Nearest(features, neighbours - 1);
        int[] found = Nearest(new ModalityInput("visual", features, few), neighbours);
        for (int item = 0; item < Items; item++)
        {
            IEnumerable<int> expected = all.AsSpan(item * (neighbours - 1), neighbours - 1).ToArray().Prepend(item);
            Assert.That(found[(item * neighbours)..((item + 1) * neighbours)], Is.EqualTo(expected), $"item {item}");
        }
    }

    [Test]
    public void An_item_without_a_vector_is_near_to_none()
    {
        features.Row(7).Clear();
        int[] found = Nearest(new ModalityInput("visual", features, PlantedData.Nearest(features, 5)), Items);
        Assert.Multiple(() =>
        {
            Assert.That(found.Count(static other => other == 7), Is.EqualTo(1), "itself");
            Assert.That(found[(7 * Items)..(8 * Items)].Count(static other => other >= 0), Is.EqualTo(1), "itself");
            Assert.That(found[..Items].Count(static other => other >= 0), Is.EqualTo(Items - 1));
        });
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Lists_without_features_or_with_some_derived_from_them_are_all_there_is(bool areDerived)
    {
        int[] listed = PlantedData.Nearest(features, 5);
        var modality = new ModalityInput("visual", areDerived ? features : null, listed) { AreCandidatesGiven = areDerived };
        int[] found = Nearest(modality, 9);
        Assert.That(found[..9].Count(static other => other >= 0), Is.EqualTo(6));
    }

    private static int[] Nearest(ModalityInput modality, int neighbours)
    {
        using IEngine engine = Engines.Cpu();
        return FeatureGraph.Nearest(engine, modality, Items, neighbours);
    }
}
