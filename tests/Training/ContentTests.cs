using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Training.Tests;

[TestFixture]
public sealed class ContentTests
{
    [Test]
    public void Principal_directions_keep_the_inner_products_of_a_low_rank_matrix([Values(5, 30)] int width)
    {
        using IEngine engine = Engines.Cpu();
        Matrix features = LowRank(50, width, rank: 4);
        Matrix directions = PrincipalDirections.Of(engine, features, 6, seed: 1);
        for (int a = 0; a < 10; a++)
        {
            for (int b = 0; b < 10; b++)
            {
                double expected = 0;
                double actual = 0;
                for (int place = 0; place < width; place++)
                {
                    expected += features[a, place] * features[b, place];
                }

                for (int column = 0; column < 6; column++)
                {
                    actual += Project(features, directions, a, column) * Project(features, directions, b, column);
                }

                Assert.That(actual, Is.EqualTo(expected).Within(1e-3 * (1 + Math.Abs(expected))));
            }
        }
    }

    [Test]
    public void Principal_directions_come_in_order_and_are_orthonormal()
    {
        using IEngine engine = Engines.Cpu();
        var features = new Matrix(40, 20);
        for (int column = 0; column < 20; column++)
        {
            // Disjoint supports: the columns are orthogonal and the column's size is its singular value.
            features[column, column] = 20 - column;
            features[column + 20, column] = 20 - column;
        }

        Matrix directions = PrincipalDirections.Of(engine, features, 3, seed: 1);
        for (int column = 0; column < 3; column++)
        {
            for (int place = 0; place < 20; place++)
            {
                Assert.That(Math.Abs(directions[place, column]), Is.EqualTo(place == column ? 1 : 0).Within(1e-3));
            }
        }
    }

    [Test]
    public void Derived_features_are_alike_for_items_that_are_neighbours()
    {
        using IEngine engine = Engines.Cpu();
        const int Items = 60;
        var lists = new int[Items * 4];
        for (int item = 0; item < Items; item++)
        {
            int start = item / 10 * 10;
            for (int place = 0; place < 4; place++)
            {
                lists[(item * 4) + place] = start + ((item + 1 + (place * 2)) % 10);
            }
        }

        Matrix features = DerivedFeatures.Complete(engine, new ModalityInput("visual", null, lists), Items, 8, seed: 1).Features!;
        Assert.Multiple(() =>
        {
            Assert.That(features.Columns, Is.EqualTo(8));
            Assert.That(PlantedData.Cosine(features, 0, 7), Is.GreaterThan(0.5));
            Assert.That(Math.Abs(PlantedData.Cosine(features, 0, 15)), Is.LessThan(0.1));
        });
    }

    /// <summary>Eleven bits of a feature's mantissa: losses agree to about three digits.</summary>
    [TestCase(6, 9)]
    [TestCase(30, 40)]
    public void Features_at_half_width_train_nearly_the_same_model(params int[] widths)
    {
        TrainingInput input = PlantedData.Make(widths: widths);
        CraneOptions full = new() { EmbeddingSize = 8, Neighbours = 4 };
        CraneOptions half = full with { FeaturePrecision = FeaturePrecision.Float16 };
        double[] expected = Losses(full, input);
        double[] actual = Losses(half, input);
        Assert.That(actual, Is.EqualTo(expected).Within(5e-3));
        Assert.That(actual, Is.Not.EqualTo(expected), "the features are rounded");
    }

    [Test]
    public void Features_that_half_width_cannot_hold_are_told_of()
    {
        TrainingInput input = PlantedData.Make();
        input.Modalities[1].Features![3, 2] = 70_000f;
        CraneOptions half = new() { EmbeddingSize = 8, FeaturePrecision = FeaturePrecision.Float16 };
        Assert.That(
            () => Losses(half, input),
            Throws
                .TypeOf<InputException>()
                .With.Message.Contains("feature 2 of item 3 in modality modality1 is 70000")
                .And.Message.Contains("float32")
        );
        Assert.That(
            (half with { TrainFeatures = true }).Validate,
            Throws.TypeOf<InputException>().With.Message.Contains("trainFeatures")
        );
    }

    [Test]
    public void The_tuned_start_is_the_frozen_graph()
    {
        TrainingInput input = Unit(PlantedData.Make(widths: [6, 8]));
        CraneOptions options = new()
        {
            EmbeddingSize = 8,
            Neighbours = 4,
            ProjectionInit = ProjectionInit.Pca,
            ResidualInit = ResidualInit.Zero,
            Fusion = Fusion.GraphAverage,
        };
        using IEngine engine = Engines.Cpu();
        Matrix learned = Propagated(engine, options, input);
        Matrix frozen = Propagated(engine, options with { ItemGraph = ItemGraph.Frozen }, input);
        Assert.That(learned.Values, Is.EqualTo(frozen.Values).Within(1e-5));
    }

    [Test]
    public void Neighbours_count_in_proportion_to_their_cosine_and_masked_ones_not_at_all()
    {
        TrainingInput input = PlantedData.Make(candidates: 3);
        int[] lists = input.Modalities[0].Candidates!;
        lists.AsSpan(0, 3).Fill(-1);
        input = input with { Modalities = [input.Modalities[0] with { Candidates = lists }] };
        CraneOptions options = new()
        {
            EmbeddingSize = 6,
            Neighbours = 3,
            Fusion = Fusion.Concat,
            ProjectionInit = ProjectionInit.Pca,
        };
        using IEngine engine = Engines.Cpu();
        using var view = new Crane(options, new ModelContext(engine, PlantedData.Graph(input), input.Modalities, Seed: 1));
        view.BeginEpoch(0);
        using IDisposable step = engine.BeginStep(gradients: false);
        Matrix weights = engine.Read(view.Weights());

        Matrix features = input.Modalities[0].Features!;
        Assert.That(weights.Row(0).ToArray(), Is.EqualTo(new[] { 0f, 0f, 0f }), "an item without candidates");
        for (int item = 1; item < input.ItemCount; item++)
        {
            double[] cosines =
            [
                .. view.Neighbours!.Items.Skip(item * 3)
                    .Take(3)
                    .Select(other => Math.Max(0, PlantedData.Cosine(features, item, other))),
            ];
            Assert.That(
                weights.Row(item).ToArray(),
                Is.EqualTo(cosines.Select(c => c / cosines.Sum())).Within(1e-4),
                $"item {item}"
            );
        }
    }

    private static double[] Losses(CraneOptions options, TrainingInput input)
    {
        using IEngine engine = Engines.Cpu();
        var trainer = new TrainerOptions { BatchSize = 64, Epochs = 3 };
        return [.. Trainer.Run(new TrainOptions(options, trainer), 1, input, engine).History.Select(static r => r.Loss)];
    }

    private static Matrix Propagated(IEngine engine, CraneOptions options, TrainingInput input)
    {
        using var view = new Crane(options, new ModelContext(engine, PlantedData.Graph(input), input.Modalities, Seed: 1));
        view.BeginEpoch(0);
        using IDisposable step = engine.BeginStep(gradients: false);
        return engine.Read(view.Semantic(engine.Constant(PlantedData.Random(input.ItemCount, 5, 3))).Items);
    }

    private static TrainingInput Unit(TrainingInput input)
    {
        foreach (ModalityInput modality in input.Modalities)
        {
            for (int item = 0; item < input.ItemCount; item++)
            {
                Span<float> row = modality.Features!.Row(item);
                float norm = MathF.Sqrt(row.ToArray().Sum(static v => v * v));
                foreach (ref float value in row)
                {
                    value /= norm;
                }
            }
        }

        return input;
    }

    private static double Project(Matrix features, Matrix directions, int row, int column)
    {
        double sum = 0;
        for (int place = 0; place < features.Columns; place++)
        {
            sum += features[row, place] * directions[place, column];
        }

        return sum;
    }

    private static Matrix LowRank(int rows, int columns, int rank)
    {
        Matrix a = PlantedData.Random(rows, rank, 1);
        Matrix b = PlantedData.Random(rank, columns, 2);
        var product = new Matrix(rows, columns);
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                for (int inner = 0; inner < rank; inner++)
                {
                    product[row, column] += a[row, inner] * b[inner, column];
                }
            }
        }

        return product;
    }
}
