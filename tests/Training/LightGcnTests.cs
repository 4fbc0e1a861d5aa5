using CranePipeline.Tensors;

namespace CranePipeline.Training.Tests;

/// <summary>
/// LightGCN, and CRANE with the item graph off, no contrastive loss, no dropping and no propagation weights: the same losses as a plain
/// LightGCN written here in double, with dense matrices and gradients by hand.
/// </summary>
[TestFixture]
public sealed class LightGcnTests
{
    [Test]
    public void Losses_are_a_plain_LightGCNs([Values(0, 1, 2, 3)] int layers, [Values(0.0, 0.01)] double regularization)
    {
        TrainingInput input = PlantedData.Make(users: 25, items: 20, perUser: 6);
        LightGcnOptions options = new()
        {
            EmbeddingSize = 8,
            PropagationLayers = layers,
            RegularizationWeight = regularization,
        };
        CraneOptions crane = new()
        {
            EmbeddingSize = 8,
            ItemGraph = ItemGraph.Off,
            PropagationLayers = layers,
            RegularizationWeight = regularization,
        };
        TrainerOptions trainer = new()
        {
            LearningRate = 0.02,
            BatchSize = 32,
            Epochs = 6,
            Patience = 100,
        };
        using IEngine engine = Engines.Cpu();
        TrainResult result = Trainer.Run(new TrainOptions(options, trainer), seed: 3, input, engine);
        TrainResult ablation = Trainer.Run(new TrainOptions(crane, trainer), seed: 3, input, engine);
        double[] expected = new PlainLightGcn(input, options, trainer, seed: 3).Train(trainer.Epochs);

        Assert.Multiple(() =>
        {
            Assert.That(result.History.Select(static r => r.Loss), Is.EqualTo(expected).Within(2e-5));
            Assert.That(ablation.History.Select(static r => r.Loss), Is.EqualTo(result.History.Select(static r => r.Loss)));
        });
    }

    /// <summary>Training stops by patience and keeps the best epoch's embeddings.</summary>
    [Test]
    public void Training_stops_after_patience_validations_without_a_better_one()
    {
        TrainingInput input = PlantedData.Make();
        TrainerOptions options = new()
        {
            LearningRate = 0.05,
            BatchSize = 64,
            Epochs = 200,
            Patience = 3,
        };
        using IEngine engine = Engines.Cpu();
        TrainResult result = Trainer.Run(
            new TrainOptions(new LightGcnOptions { EmbeddingSize = 8 }, options),
            seed: 1,
            input,
            engine
        );

        double best = result.History.Max(static r => r.Recall20!.Value);
        Assert.Multiple(() =>
        {
            Assert.That(result.History, Has.Count.LessThan(200));
            Assert.That(result.History, Has.Count.EqualTo(result.BestEpoch + options.Patience));
            Assert.That(result.BestRecall20, Is.EqualTo(best));
            Assert.That(result.History[result.BestEpoch - 1].IsBest, Is.True);
            Assert.That(Recall(input, result), Is.EqualTo(best).Within(1e-12));
        });
    }

    /// <summary>Recall@20 of the returned embeddings by sorting all scores.</summary>
    private static double Recall(TrainingInput input, TrainResult result)
    {
        InteractionGraph graph = PlantedData.Graph(input);
        double sum = 0;
        int users = 0;
        foreach (
            IGrouping<int, int> group in input.ValidUsers.Zip(input.ValidItems).GroupBy(static p => p.First, static p => p.Second)
        )
        {
            int user = group.Key;
            int[] top =
            [
                .. Enumerable
                    .Range(0, input.ItemCount)
                    .Where(item => !graph.Contains(user, item))
                    .OrderByDescending(item =>
                    {
                        double score = 0;
                        for (int place = 0; place < result.ItemEmbeddings().Columns; place++)
                        {
                            score += (double)result.UserEmbeddings()[user, place] * result.ItemEmbeddings()[item, place];
                        }

                        return score;
                    })
                    .Take(20),
            ];
            sum += (double)group.Count(top.Contains) / group.Count();
            users++;
        }

        return sum / users;
    }

    private sealed class PlainLightGcn
    {
        private readonly TrainingInput input;
        private readonly LightGcnOptions options;
        private readonly TrainerOptions trainer;
        private readonly NegativeSampler batches;
        private readonly int nodes;
        private readonly int d;
        private readonly double[,] operation;
        private readonly double[,] ids;

        public PlainLightGcn(TrainingInput input, LightGcnOptions options, TrainerOptions trainer, long seed)
        {
            (this.input, this.options, this.trainer, d) = (input, options, trainer, options.EmbeddingSize);
            batches = new NegativeSampler(
                PlantedData.Graph(input),
                input.TrainUsers,
                input.TrainItems,
                trainer.BatchSampling,
                seed
            );
            nodes = input.UserCount + input.ItemCount;
            operation = MeanOfPowers();
            ids = new double[nodes, d];
            Fill(Initial.Xavier(input.UserCount, d, seed, "user embeddings"), 0);
            Fill(Initial.Xavier(input.ItemCount, d, seed, "item embeddings"), input.UserCount);
        }

        public double[] Train(int epochs)
        {
            var first = new double[nodes, d];
            var second = new double[nodes, d];
            var losses = new double[epochs];
            int steps = 0;
            for (int epoch = 0; epoch < epochs; epoch++)
            {
                batches.Draw(epoch);
                for (int start = 0; start < batches.Count; start += trainer.BatchSize!.Value)
                {
                    int count = Math.Min(trainer.BatchSize!.Value, batches.Count - start);
                    double[,] gradient = new double[nodes, d];
                    losses[epoch] += Loss(start, count, gradient) * count / batches.Count;
                    steps++;
                    for (int node = 0; node < nodes; node++)
                    {
                        for (int place = 0; place < d; place++)
                        {
                            double g = gradient[node, place];
                            first[node, place] = (0.9 * first[node, place]) + (0.1 * g);
                            second[node, place] = (0.999 * second[node, place]) + (0.001 * g * g);
                            double mean = first[node, place] / (1 - Math.Pow(0.9, steps));
                            double variance = second[node, place] / (1 - Math.Pow(0.999, steps));
                            ids[node, place] -= trainer.LearningRate * mean / (Math.Sqrt(variance) + 1e-8);
                        }
                    }
                }
            }

            return losses;
        }

        private double Loss(int start, int count, double[,] gradient)
        {
            double[,] final = Product(operation, ids);
            var finalGradient = new double[nodes, d];
            double loss = 0;
            for (int e = 0; e < count; e++)
            {
                int u = batches.Users(start, count)[e];
                int i = input.UserCount + batches.Positives(start, count)[e];
                int j = input.UserCount + batches.Negatives(start, count)[e];
                double margin = 0;
                for (int place = 0; place < d; place++)
                {
                    margin += final[u, place] * (final[i, place] - final[j, place]);
                }

                loss += Math.Log(1 + Math.Exp(-margin)) / count;
                double slope = -1 / (1 + Math.Exp(margin)) / count;
                for (int place = 0; place < d; place++)
                {
                    finalGradient[u, place] += slope * (final[i, place] - final[j, place]);
                    finalGradient[i, place] += slope * final[u, place];
                    finalGradient[j, place] -= slope * final[u, place];
                    foreach (int node in new[] { u, i, j })
                    {
                        double weight = options.RegularizationWeight / count;
                        loss += weight * ids[node, place] * ids[node, place];
                        gradient[node, place] += 2 * weight * ids[node, place];
                    }
                }
            }

            // The operation is symmetric, so it is its own transpose.
            double[,] through = Product(operation, finalGradient);
            for (int node = 0; node < nodes; node++)
            {
                for (int place = 0; place < d; place++)
                {
                    gradient[node, place] += through[node, place];
                }
            }

            return loss;
        }

        private double[,] MeanOfPowers()
        {
            var adjacency = new double[nodes, nodes];
            var degrees = new double[nodes];
            for (int e = 0; e < input.TrainUsers.Length; e++)
            {
                degrees[input.TrainUsers[e]]++;
                degrees[input.UserCount + input.TrainItems[e]]++;
            }

            for (int e = 0; e < input.TrainUsers.Length; e++)
            {
                int user = input.TrainUsers[e];
                int item = input.UserCount + input.TrainItems[e];
                adjacency[user, item] = adjacency[item, user] = 1 / Math.Sqrt(degrees[user] * degrees[item]);
            }

            var power = new double[nodes, nodes];
            var mean = new double[nodes, nodes];
            for (int node = 0; node < nodes; node++)
            {
                power[node, node] = 1;
            }

            for (int layer = 0; layer <= options.PropagationLayers; layer++)
            {
                for (int row = 0; row < nodes; row++)
                {
                    for (int column = 0; column < nodes; column++)
                    {
                        mean[row, column] += power[row, column] / (options.PropagationLayers + 1);
                    }
                }

                power = Product(adjacency, power);
            }

            return mean;
        }

        private void Fill(Matrix values, int from)
        {
            for (int row = 0; row < values.Rows; row++)
            {
                for (int place = 0; place < d; place++)
                {
                    ids[from + row, place] = values[row, place];
                }
            }
        }

        private static double[,] Product(double[,] a, double[,] b)
        {
            var product = new double[a.GetLength(0), b.GetLength(1)];
            for (int row = 0; row < a.GetLength(0); row++)
            {
                for (int inner = 0; inner < a.GetLength(1); inner++)
                {
                    for (int column = 0; column < b.GetLength(1) && a[row, inner] != 0; column++)
                    {
                        product[row, column] += a[row, inner] * b[inner, column];
                    }
                }
            }

            return product;
        }
    }
}
