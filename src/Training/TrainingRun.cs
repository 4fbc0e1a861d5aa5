using System.Diagnostics;
using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>A run between its epochs: the model, the optimiser, and what early stopping remembers.</summary>
internal sealed class TrainingRun : IDisposable
{
    private readonly TrainOptions options;
    private readonly IEngine engine;
    private readonly InteractionGraph graph;
    private readonly Batches batches;
    private readonly CraneModel model;
    private readonly IOptimizer optimizer;
    private readonly Validator validator;
    private readonly LossGuard guard;
    private readonly List<EpochRecord> history = [];
    private BestEpoch? best;
    private int waited;
    private PartialEpoch? partial;

    public TrainingRun(
        TrainOptions options,
        long seed,
        TrainingInput input,
        IReadOnlyList<ModalityInput> modalities,
        IEngine engine
    )
    {
        (this.options, this.engine) = (options, engine);
        graph = new InteractionGraph(input.UserCount, input.ItemCount, input.TrainUsers, input.TrainItems);
        batches = new Batches(graph, input.TrainUsers, input.TrainItems, options.BatchSampling, seed);
        validator = new Validator(engine, graph, input);
        model = new CraneModel(engine, options, seed, graph, modalities);
        optimizer = engine.Adam(model.Parameters.Groups(options));
        guard = new LossGuard(model.Parameters);
    }

    public int Epochs { get; private set; }

    public bool IsFinished => Epochs >= options.Epochs || waited >= options.Patience;

    /// <summary>Trains and, where due, validates one epoch. Stopped between steps, it goes on there when called again.</summary>
    public EpochRecord Epoch(CancellationToken cancellation)
    {
        int epoch = Epochs;
        var watch = Stopwatch.StartNew();
        var sums = new LossSums(partial);
        batches.Draw(epoch);
        NeighbourTable? chosen = partial is null ? null : model.Neighbours;
        model.BeginEpoch(epoch);
        if (chosen is not null)
        {
            // Chosen when the epoch began, from embeddings that have moved on since.
            model.UseNeighbours(chosen);
        }

        float contrastiveWeight = (float)(options.ContrastiveWeight * Warmth(epoch));
        for (
            (int start, int step) = (partial?.Interactions ?? 0, (partial?.Steps ?? 0) + 1);
            start < batches.Count;
            start += options.BatchSize, step++
        )
        {
            if (cancellation.IsCancellationRequested)
            {
                partial = start == 0 ? null : sums.Until(start, step - 1);
                cancellation.ThrowIfCancellationRequested();
            }

            int count = Math.Min(options.BatchSize, batches.Count - start);
            Step(epoch, step, start, count, contrastiveWeight, sums);
        }

        partial = null;
        double seconds = watch.Elapsed.TotalSeconds;
        Epochs = epoch + 1;
        bool isValidated = Epochs % options.ValidateEvery == 0 || Epochs == options.Epochs;
        watch.Restart();
        (double Recall, double Ndcg)? measured = isValidated ? Validate() : null;
        bool isBest = measured is { } m && best is { } b && b.Epoch == Epochs && b.Recall20 == m.Recall;
        var record = new EpochRecord(
            Epochs,
            sums.Total / batches.Count,
            sums.Bpr / batches.Count,
            sums.Contrastive / batches.Count,
            sums.Regularization / batches.Count,
            measured?.Recall,
            measured?.Ndcg,
            isBest,
            seconds,
            isValidated ? watch.Elapsed.TotalSeconds : 0,
            PeakMemory()
        );
        history.Add(record);
        return record;
    }

    public CheckpointState State() =>
        new()
        {
            Epochs = Epochs,
            IsFinished = IsFinished,
            Waited = waited,
            FirstLoss = guard.FirstLoss,
            Parameters = model.Parameters.Read(),
            Optimizer = optimizer.Export(),
            Neighbours = model.Neighbours,
            Best = best,
            History = [.. history],
            Partial = partial,
        };

    public void Restore(CheckpointState state)
    {
        (Epochs, waited, best, guard.FirstLoss) = (state.Epochs, state.Waited, state.Best, state.FirstLoss);
        partial = state.Partial;
        history.AddRange(state.History);
        model.Parameters.Assign(state.Parameters);
        optimizer.Import(state.Optimizer);
        if (state.Neighbours is { } table)
        {
            model.UseNeighbours(table);
        }
    }

    public TrainResult Result(int resumedFrom) => Result(best!, history, resumedFrom);

    public static TrainResult Result(BestEpoch best, IReadOnlyList<EpochRecord> history, int resumedFrom) =>
        new()
        {
            UserEmbeddings = best.Users,
            ItemEmbeddings = best.Items,
            History = history,
            BestEpoch = best.Epoch,
            BestRecall20 = best.Recall20,
            EpochSeconds = Median(history.Select(static r => r.Seconds)),
            ValidationSeconds = Median(history.Where(static r => r.Recall20 is not null).Select(static r => r.ValidationSeconds)),
            PeakMemoryBytes = history.Max(static r => r.PeakMemoryBytes),
            ResumedFrom = resumedFrom,
        };

    public void Dispose()
    {
        optimizer.Dispose();
        model.Dispose();
        validator.Dispose();
    }

    private void Step(int epoch, int step, int start, int count, float contrastiveWeight, LossSums sums)
    {
        using (
            var batch = new BatchIndices(
                engine,
                graph,
                batches.Users(start, count),
                batches.Positives(start, count),
                batches.Negatives(start, count)
            )
        )
        using (engine.BeginStep(gradients: true))
        {
            StepLoss loss = model.Loss(batch, contrastiveWeight);
            double total = Scalar(loss.Total);
            double contrastive = Scalar(loss.Contrastive);
            guard.Check(epoch + 1, step, total, contrastive);
            sums.Add(count, total, Scalar(loss.Bpr), contrastive, Scalar(loss.Regularization));
            engine.Backward(loss.Total);
        }

        optimizer.Step();
    }

    private (double Recall, double Ndcg) Validate()
    {
        using IDisposable step = engine.BeginStep(gradients: false);
        (Tensor users, Tensor items) = model.Embeddings();
        (double recall, double ndcg) = validator.Measure(users, items);
        if (best is null || recall > best.Recall20)
        {
            best = new BestEpoch(Epochs, recall, engine.Read(users), engine.Read(items));
            waited = 0;
        }
        else
        {
            waited++;
        }

        return (recall, ndcg);
    }

    private double Warmth(int epoch) =>
        options.ContrastiveWarmup == 0 ? 1 : Math.Min(1, (double)epoch / options.ContrastiveWarmup);

    private double Scalar(Tensor? value) => value is null ? 0 : engine.Read(value)[0, 0];

    private long PeakMemory()
    {
        using var process = Process.GetCurrentProcess();
        return Math.Max(process.PeakWorkingSet64, engine.PeakBytes);
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length == 0 ? 0
            : sorted.Length % 2 == 1 ? sorted[middle]
            : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private sealed class LossSums(PartialEpoch? before)
    {
        public double Total { get; private set; } = before?.Total ?? 0;

        public double Bpr { get; private set; } = before?.Bpr ?? 0;

        public double Contrastive { get; private set; } = before?.Contrastive ?? 0;

        public double Regularization { get; private set; } = before?.Regularization ?? 0;

        public PartialEpoch Until(int interactions, int steps) =>
            new(interactions, steps, Total, Bpr, Contrastive, Regularization);

        public void Add(int count, double total, double bpr, double contrastive, double regularization)
        {
            Total += count * total;
            Bpr += count * bpr;
            Contrastive += count * contrastive;
            Regularization += count * regularization;
        }
    }
}
