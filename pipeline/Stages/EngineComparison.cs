using System.Globalization;
using System.Text;
using CranePipeline.Configuration;
using CranePipeline.Store;
using CranePipeline.Tables;
using CranePipeline.Tensors;
using CranePipeline.Training;

namespace CranePipeline.Stages;

/// <summary>The same few epochs on two engines: equal initial values, batches and negatives, which the host draws for both.</summary>
/// <param name="Dataset">The data set.</param>
/// <param name="Seed">The seed of split and training.</param>
/// <param name="Reference">The engine compared with, "cpu".</param>
/// <param name="Device">The other one.</param>
/// <param name="Tolerance">Largest relative difference of the first epoch's losses.</param>
/// <param name="Rows">A row a value an epoch.</param>
internal sealed record EngineComparison(
    string Dataset,
    long Seed,
    string Reference,
    string Device,
    double Tolerance,
    IReadOnlyList<EngineComparison.Row> Rows
)
{
    private const string Loss = "loss";

    /// <summary>Trains on the cpu engine and on the run's own.</summary>
    public static EngineComparison Run(
        PipelineSettings settings,
        long seed,
        IReadOnlyDictionary<string, Artifact> inputs,
        RunEnvironment environment
    )
    {
        TrainingInput input = TrainStage.ReadInput(settings, inputs);
        int epochs = settings.CompareEngines.Epochs;
        TrainOptions options = settings.Train.Options with
        {
            Trainer = settings.Train.Trainer with { Epochs = epochs, Patience = epochs },
        };
        using IEngine device = environment.CreateEngine();
        DeviceFit.Check(device, options, input);
        using var reference = new CpuEngine(environment.Threads);
        IReadOnlyList<EpochRecord> expected = Train(reference);
        IReadOnlyList<EpochRecord> actual = Train(device);
        var rows = new List<Row>();
        foreach ((EpochRecord one, EpochRecord other) in expected.Zip(actual))
        {
            void Add(string name, double? left, double? right)
            {
                if (left is { } a && right is { } b && (a, b) != (0, 0))
                {
                    rows.Add(new Row(one.Epoch, name, a, b));
                }
            }

            Add(Loss, one.Loss, other.Loss);
            foreach ((string name, double value) in one.Parts)
            {
                Add(History.PartPrefix + name, value, other.Part(name));
            }

            Add("recall@20", one.Recall20, other.Recall20);
            Add("ndcg@20", one.Ndcg20, other.Ndcg20);
            Add("seconds", one.Seconds, other.Seconds);
            Add("validation seconds", one.ValidationSeconds, other.ValidationSeconds);
        }

        return new EngineComparison(settings.Name, seed, reference.Name, device.Name, settings.CompareEngines.Tolerance, rows);

        IReadOnlyList<EpochRecord> Train(IEngine engine)
        {
            environment.Display.Info($"training on {engine.Name}");
            return Trainer
                .Run(options, settings.Train.Seed ?? seed, input, engine, cancellation: environment.Cancellation)
                .History;
        }
    }

    /// <summary>A table for a person.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        text.Append($"{Dataset}, seed {Seed}: {Reference} and {Device} with the same initial values, batches and negatives\n\n");
        text.Append($"epoch  {"value", -18}  {Reference, 14}  {Device, 14}  relative difference\n");
        foreach (Row row in Rows)
        {
            text.Append(
                FormattableString.Invariant(
                    $"{row.Epoch, 5}  {row.Name, -18}  {row.Reference, 14:G8}  {row.Device, 14:G8}  {row.RelativeDifference, 19:E1}\n"
                )
            );
        }

        return text.ToString();
    }

    /// <summary>
    /// Compares the first epoch's loss and its parts with the tolerance; of a model that has nothing to train, its metrics.
    /// </summary>
    /// <exception cref="InputException">They differ by more.</exception>
    public void Check()
    {
        Row[] first = [.. Rows.Where(row => row.Epoch == 1)];
        Row? worst = (first.Any(row => row.IsLoss) ? first.Where(row => row.IsLoss) : first.Where(row => row.IsMetric)).MaxBy(
            row => Math.Abs(row.RelativeDifference)
        );
        // Written so that a loss which is no number fails too.
        if (worst is not null && !(Math.Abs(worst.RelativeDifference) <= Tolerance))
        {
            throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"in the first epoch {Device} differs from {Reference} by {worst.RelativeDifference:E1} "
                        + $"in {worst.Name}, which is more than {Tolerance:G3} (compareEngines.tolerance)"
                )
            );
        }
    }

    /// <summary>One value of one epoch.</summary>
    internal sealed record Row(int Epoch, string Name, double Reference, double Device)
    {
        /// <summary>(device − reference) / |reference|.</summary>
        public double RelativeDifference => (Device - Reference) / Math.Abs(Reference);

        internal bool IsMetric => Name.Contains('@', StringComparison.Ordinal);

        internal bool IsLoss => Name == Loss || Name.StartsWith(History.PartPrefix, StringComparison.Ordinal);
    }
}
