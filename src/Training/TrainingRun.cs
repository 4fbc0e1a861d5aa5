using System.Diagnostics;
using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>A run between its epochs: the model, the optimiser, and what early stopping remembers.</summary>
internal sealed class TrainingRun : IDisposable
{
    // So far a device may be ahead of the losses that are read: enough never to wait, and few enough to stop soon.
    private const int StepsAhead = 16;

    // A checkpoint's name for the negatives of an epoch that it is in the middle of.
    private const string Negatives = "negatives";

    private readonly TrainerOptions options;
    private readonly bool isTrained;
    private readonly int batchSize;
    private readonly EarlyStopping stopping;
    private readonly IEngine engine;
    private readonly InteractionGraph graph;
    private readonly NegativeSampler pairs;
    private readonly Recommender model;
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
        (this.options, this.engine, isTrained) = (options.Trainer, engine, options.Model.IsTrained);
        (batchSize, stopping) = (options.Trainer.BatchSize!.Value, EarlyStopping.Of(options));
        graph = new InteractionGraph(input.UserCount, input.ItemCount, input.TrainUsers, input.TrainItems);
        validator = new Validator(engine, graph, input);
        model = ModelCatalog.Of(options.Model).Create(options.Model, new ModelContext(engine, graph, modalities, seed));
        pairs = new NegativeSampler(
            graph,
            input.TrainUsers,
            input.TrainItems,
            this.options.BatchSampling,
            seed,
            model.TakesUsersWhole
        );
        optimizer = engine.Adam(model.Parameters.Groups(this.options.LearningRate));
        guard = new LossGuard(model.Parameters);
    }

    public int Epochs { get; private set; }

    /// <summary>Whether training has come to its end.</summary>
    public bool IsFinished => stopping.Ends(Epochs, waited);

    /// <summary>Where it computes.</summary>
    public string Device => engine.Name;

    /// <summary>
    /// Trains and, where due, validates one epoch; null where it was stopped between steps, from where it goes on when called again.
    /// </summary>
    /// <param name="isStopped">Asked before each step.</param>
    public EpochRecord? Epoch(Func<bool> isStopped)
    {
        int epoch = Epochs;
        var watch = Stopwatch.StartNew();
        var sums = new EpochLosses(partial, guard, engine.WorksAhead ? StepsAhead : 0);
        IReadOnlyList<NamedState> chosen = partial is null ? [] : model.State;
        model.BeginEpoch(epoch);
        if (partial is not null)
        {
            // What the model chose when the epoch began, from embeddings that have moved on since.
            model.Restore(chosen);
        }

        if (isTrained)
        {
            Draw(epoch);
            for (
                (int start, int step) = (partial?.Interactions ?? 0, (partial?.Steps ?? 0) + 1);
                start < pairs.Count;
                start += batchSize, step++
            )
            {
                if (isStopped())
                {
                    int[]? negatives = IsChosen(epoch) ? pairs.CopyNegatives() : null;
                    partial = start == 0 ? null : sums.Until(start, step - 1) with { Negatives = negatives };
                    return null;
                }

                int count = Math.Min(batchSize, pairs.Count - start);
                Step(epoch, step, start, count, sums);
            }
        }

        partial = null;
        double seconds = watch.Elapsed.TotalSeconds;
        Epochs = epoch + 1;
        bool isValidated = stopping.Validates(Epochs);
        watch.Restart();
        (double Recall, double Ndcg)? measured = isValidated ? Validate() : null;
        bool isBest = measured is { } m && best is { } b && b.Epoch == Epochs && b.Recall20 == m.Recall;
        var record = new EpochRecord(
            Epochs,
            sums.Total / pairs.Count,
            sums.Parts(pairs.Count),
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
            Waited = waited,
            FirstLoss = guard.FirstLoss,
            Parameters = model.Parameters.Read(),
            Optimizer = optimizer.Export(),
            Model = partial?.Negatives is { } kept ? [.. model.State, new NamedState(Negatives, kept, [])] : model.State,
            Best = best,
            History = [.. history],
            Partial = partial,
        };

    public void Restore(CheckpointState state)
    {
        (Epochs, waited, best, guard.FirstLoss) = (state.Epochs, state.Waited, state.Best, state.FirstLoss);
        int[]? negatives = state.Model.FirstOrDefault(static kept => kept.Name == Negatives)?.Integers;
        partial = state.Partial is null ? null : state.Partial with { Negatives = negatives };
        history.AddRange(state.History);
        model.Parameters.Assign(state.Parameters);
        optimizer.Import(state.Optimizer);
        model.Restore(state.Model);
    }

    public TrainResult Result(int resumedFrom) => Result(best!, history, model.Parameters.ValueCount, resumedFrom);

    public static TrainResult Result(BestEpoch best, IReadOnlyList<EpochRecord> history, long parameterCount, int resumedFrom) =>
        new()
        {
            ParameterCount = parameterCount,
            Scorer = best.Scorer,
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
    }

    // The scores of a model that has not been trained yet tell nothing.
    private bool IsChosen(int epoch) => options.NegativeCandidates > 1 && epoch > 0;

    private void Draw(int epoch)
    {
        pairs.Draw(epoch);
        if (partial?.Negatives is { } kept)
        {
            // Chosen by embeddings that have moved on since.
            pairs.RestoreNegatives(kept);
        }
        else if (IsChosen(epoch))
        {
            pairs.KeepHardest(engine, (InnerProducts)model.ToScorer(), options.NegativeCandidates, epoch);
        }
    }

    private void Step(int epoch, int step, int start, int count, EpochLosses sums)
    {
        using (var batch = new Batch(engine, graph, pairs, start, count, epoch, step))
        using (engine.BeginStep(gradients: true))
        {
            Losses losses = model.Loss(batch);
            sums.Add(
                new StepLosses(
                    epoch + 1,
                    step,
                    count,
                    engine.ReadLater(losses.Total),
                    [.. losses.Parts.Select(part => (part, engine.ReadLater(part.Value)))]
                )
            );
            engine.Backward(losses.Total);
        }

        optimizer.Step((float)Math.Pow(options.LearningRateDecay, epoch));
    }

    private (double Recall, double Ndcg) Validate()
    {
        Scorer scorer = model.ToScorer();

        // Ranking and a checkpoint's copies of the state need none of what the steps did.
        engine.ReleaseUnused();
        (double recall, double ndcg) = validator.Measure(scorer);
        if (best is null || recall > best.Recall20)
        {
            best = new BestEpoch(Epochs, recall, scorer);
            waited = 0;
        }
        else
        {
            waited++;
        }

        return (recall, ndcg);
    }

    private long PeakMemory() => Math.Max(ProcessMemory.PeakSinceMark, engine.PeakBytes);

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length == 0 ? 0
            : sorted.Length % 2 == 1 ? sorted[middle]
            : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
