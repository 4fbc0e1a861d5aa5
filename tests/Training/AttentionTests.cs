using CranePipeline.Tensors;

namespace CranePipeline.Training.Tests;

/// <summary>The algebraic form of RCA against the rounds as written, and both against the explicit N × N formula.</summary>
[TestFixture]
public sealed class AttentionTests
{
    private static readonly int[][] Widths =
    [
        [5],
        [3, 5],
        [4, 3, 2],
        [20, 9],
        [70, 50],
    ];

    private static readonly UserAggregation[] Aggregations = Enum.GetValues<UserAggregation>();

    [Test]
    public void Algebra_gives_the_literal_rounds_values_and_gradients(
        [Values(Correlation.Linear, Correlation.Feature)] Correlation correlation,
        [ValueSource(nameof(Widths))] int[] widths,
        [Values(1, 3)] int rounds
    )
    {
        CraneOptions options = new()
        {
            EmbeddingSize = 4,
            Rounds = rounds,
            Correlation = correlation,
        };
        Compare(options, PlantedData.Make(widths: widths));
    }

    [Test]
    public void Algebra_holds_for_every_user_aggregation(
        [ValueSource(nameof(Aggregations))] UserAggregation aggregation,
        [Values(6, 90)] int width
    )
    {
        CraneOptions options = new()
        {
            EmbeddingSize = 4,
            Rounds = 2,
            UserAggregation = aggregation,
        };
        Compare(options, PlantedData.Make(widths: [width, 9]));
    }

    [Test]
    public void Algebra_holds_with_trained_features_and_shared_rounds()
    {
        CraneOptions options = new()
        {
            EmbeddingSize = 4,
            Rounds = 3,
            ShareRounds = true,
            TrainFeatures = true,
            Correlation = Correlation.Feature,
        };
        Compare(options, PlantedData.Make());
    }

    [Test]
    public void Constants_of_the_data_stand_in_for_rows_only_where_they_are_cheaper()
    {
        using IEngine engine = Engines.Cpu();
        Assert.Multiple(() =>
        {
            Assert.That(Forms(engine, [3, 5]), Is.EqualTo((HasRawMoments: true, MapsRaw: true)));
            Assert.That(Forms(engine, [20, 9]), Is.EqualTo((HasRawMoments: true, MapsRaw: false)));
            Assert.That(Forms(engine, [70, 50]), Is.EqualTo((HasRawMoments: false, MapsRaw: false)));
        });
    }

    [Test]
    public void Linear_correlation_is_the_explicit_entity_by_entity_product()
    {
        using IEngine engine = Engines.Cpu();
        const int Entities = 37;
        const int D = 5;
        Matrix[] features = [PlantedData.Random(Entities, D, 1), PlantedData.Random(Entities, D, 2)];
        Matrix joint = PlantedData.Random((2 * D) + 1, D, 3);
        Matrix[] query = [PlantedData.Random(D, D, 4), PlantedData.Random(D, D, 5)];
        Matrix[] residual = [PlantedData.Random(D, D, 6), PlantedData.Random(D, D, 7)];
        var round = new CraneRound(
            engine.Constant(joint),
            [.. query.Select(engine.Constant)],
            [.. residual.Select(engine.Constant)]
        );

        using IDisposable step = engine.BeginStep(gradients: false);
        Tensor[] refined = Crane.Attend(
            [.. features.Select(engine.Constant)],
            [round],
            Correlation.Linear,
            EntityActivation.Softmax
        );

        for (int m = 0; m < 2; m++)
        {
            double[,] expected = ExplicitRound(features, joint, query[m], residual[m], m);
            Matrix actual = engine.Read(refined[m]);
            Assert.That(RelativeDifference(actual, expected), Is.LessThan(1e-4));
        }
    }

    [Test]
    public void Entity_correlation_in_blocks_is_the_unblocked_formula_values_and_gradients(
        [Values] AttentionActivation activation
    )
    {
        using IEngine engine = Engines.Cpu();
        const int Entities = 300;
        const int D = 6;
        Tensor queries = engine.Parameter(PlantedData.Random(Entities, D, 1));
        Tensor keys = engine.Parameter(PlantedData.Random(Entities, D, 2));
        Tensor values = engine.Parameter(PlantedData.Random(Entities, D, 3));
        Tensor weight = engine.Constant(PlantedData.Random(Entities, D, 4));

        Matrix[] Run(Func<Tensor> attention)
        {
            Matrix value;
            using (engine.BeginStep(gradients: true))
            {
                Tensor result = attention();
                value = engine.Read(result);
                engine.Backward(engine.Sum(engine.Multiply(result, weight)));
            }

            Matrix[] all = [value, engine.ReadGradient(queries)!, engine.ReadGradient(keys)!, engine.ReadGradient(values)!];
            using IOptimizer clear = engine.Adam([new AdamGroup([queries, keys, values], 0f)]);
            clear.Step();
            return all;
        }

        Matrix[] blocked = Run(() => engine.EntityAttention(queries, keys, values, activation));
        Matrix[] plain = Run(() =>
        {
            Tensor scores = engine.Scale(engine.MatrixProduct(queries, keys, transposeB: true), 1f / MathF.Sqrt(D));
            Tensor weights =
                activation == AttentionActivation.Softmax
                    ? engine.SoftmaxRows(scores)
                    : engine.Scale(engine.Tanh(scores), 1f / Entities);
            return engine.MatrixProduct(weights, values);
        });

        for (int place = 0; place < plain.Length; place++)
        {
            Assert.That(RelativeDifference(blocked[place], plain[place]), Is.LessThan(1e-4), $"matrix {place}");
        }
    }

    private static (bool HasRawMoments, bool MapsRaw) Forms(IEngine engine, int[] widths)
    {
        using Crane crane = Make(engine, new CraneOptions { EmbeddingSize = 4 }, PlantedData.Make(widths: widths), false);
        return (crane.Algebra!.Moments.HasRawMoments, crane.Algebra.Moments.MapsRaw);
    }

    private static Crane Make(IEngine engine, CraneOptions options, TrainingInput input, bool isLiteral) =>
        new(options, new ModelContext(engine, PlantedData.Graph(input), input.Modalities, Seed: 9), isLiteral);

    private static void Compare(CraneOptions options, TrainingInput input)
    {
        using IEngine engine = Engines.Cpu();
        (Matrix value, IReadOnlyList<(string Name, Matrix? Gradient)> gradients) = Encode(engine, options, input, false);
        (Matrix literal, IReadOnlyList<(string Name, Matrix? Gradient)> expected) = Encode(engine, options, input, true);

        Assert.That(RelativeDifference(value, literal), Is.LessThan(1e-4), "values");
        for (int place = 0; place < expected.Count; place++)
        {
            (string name, Matrix? gradient) = expected[place];
            Assert.That(gradients[place].Gradient is null, Is.EqualTo(gradient is null), name);
            if (gradient is not null && Largest(gradient) > 1e-5)
            {
                Assert.That(RelativeDifference(gradients[place].Gradient!, gradient), Is.LessThan(2e-3), name);
            }
        }
    }

    private static (Matrix Value, IReadOnlyList<(string, Matrix?)> Gradients) Encode(
        IEngine engine,
        CraneOptions options,
        TrainingInput input,
        bool isLiteral
    )
    {
        using Crane crane = Make(engine, options, input, isLiteral);
        ParameterSet parameters = crane.Parameters;

        // Biases start at zero, which would leave their part of the algebra untested.
        parameters.Assign([
            .. parameters
                .Read()
                .Select(
                    (p, place) =>
                        p.Name.StartsWith("joint", StringComparison.Ordinal)
                            ? (p.Name, PlantedData.Random(p.Value.Rows, p.Value.Columns, 100 + place))
                            : p
                ),
        ]);
        Tensor weight = engine.Constant(PlantedData.Random(input.ItemCount, options.EmbeddingSize * input.Modalities.Count, 77));
        Matrix value;
        using (engine.BeginStep(gradients: true))
        {
            Tensor items = crane.Items();
            value = engine.Read(items);
            engine.Backward(engine.Sum(engine.Multiply(items, weight)));
        }

        return (value, parameters.ReadGradients());
    }

    private static double[,] ExplicitRound(Matrix[] features, Matrix joint, Matrix query, Matrix residual, int m)
    {
        int entities = features[0].Rows;
        int d = features[0].Columns;
        var projected = new double[entities, d];
        for (int row = 0; row < entities; row++)
        {
            var j = new double[d];
            for (int column = 0; column < d; column++)
            {
                j[column] = joint[2 * d, column];
                for (int inner = 0; inner < 2 * d; inner++)
                {
                    j[column] += features[inner / d][row, inner % d] * (double)joint[inner, column];
                }
            }

            for (int column = 0; column < d; column++)
            {
                for (int inner = 0; inner < d; inner++)
                {
                    projected[row, column] += j[inner] * query[inner, column];
                }
            }
        }

        var result = new double[entities, d];
        for (int row = 0; row < entities; row++)
        {
            var refinement = new double[d];
            for (int other = 0; other < entities; other++)
            {
                double correlation = 0;
                for (int inner = 0; inner < d; inner++)
                {
                    correlation += projected[row, inner] * features[m][other, inner];
                }

                for (int column = 0; column < d; column++)
                {
                    refinement[column] += correlation / entities * features[m][other, column];
                }
            }

            for (int column = 0; column < d; column++)
            {
                result[row, column] = features[m][row, column];
                for (int inner = 0; inner < d; inner++)
                {
                    result[row, column] += refinement[inner] * residual[inner, column];
                }
            }
        }

        return result;
    }

    private static double Largest(Matrix matrix) => matrix.Values.Max(static v => Math.Abs((double)v));

    private static double RelativeDifference(Matrix actual, Matrix expected)
    {
        double largest = Largest(expected);
        double difference = 0;
        for (int place = 0; place < expected.Values.Length; place++)
        {
            difference = Math.Max(difference, Math.Abs((double)actual.Values[place] - expected.Values[place]));
        }

        return difference / largest;
    }

    private static double RelativeDifference(Matrix actual, double[,] expected)
    {
        var matrix = new Matrix(actual.Rows, actual.Columns);
        for (int row = 0; row < actual.Rows; row++)
        {
            for (int column = 0; column < actual.Columns; column++)
            {
                matrix[row, column] = (float)expected[row, column];
            }
        }

        return RelativeDifference(actual, matrix);
    }
}
