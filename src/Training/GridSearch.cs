using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>Searches a grid of settings by validation recall@20, as in the paper's section 4.3.2. The test part plays no role.</summary>
public static class GridSearch
{
    /// <summary>Every combination of the lists, the last list varying fastest.</summary>
    /// <param name="basis">Settings that are not searched.</param>
    /// <param name="lists">Values to try by setting's name in camelCase, values as they stand in the model file.</param>
    /// <exception cref="InputException">A name is unknown, a list is empty, or a value does not fit its setting.</exception>
    public static IReadOnlyList<(IReadOnlyDictionary<string, string> Settings, TrainOptions Options)> Expand(
        TrainOptions basis,
        IReadOnlyDictionary<string, IReadOnlyList<string>> lists
    )
    {
        ArgumentNullException.ThrowIfNull(basis);
        ArgumentNullException.ThrowIfNull(lists);
        var points = new List<(IReadOnlyDictionary<string, string> Settings, TrainOptions Options)>
        {
            (new Dictionary<string, string>(), basis),
        };
        foreach ((string name, IReadOnlyList<string> values) in lists)
        {
            PropertyInfo property = Property(basis, name);
            if (values.Count == 0)
            {
                throw new InputException($"search.{name} is an empty list: give it values, or leave it out.");
            }

            points =
            [
                .. points.SelectMany(
                    _ => values.Distinct(),
                    (point, value) => Extend(point.Settings, point.Options, property, name, value)
                ),
            ];
        }

        return points;
    }

    /// <summary>Runs points with every seed: all of them in the order of <see cref="Expand"/>, or as another order wants.</summary>
    /// <param name="points">What to try.</param>
    /// <param name="seeds">Seeds; a point's score is the mean over them.</param>
    /// <param name="input">Interactions and modalities.</param>
    /// <param name="engine">Where to compute.</param>
    /// <param name="checkpointFolder">A subfolder a trial and seed is kept here, so that an interrupted search goes on; or null.</param>
    /// <param name="progress">Told of every finished trial.</param>
    /// <param name="epochs">Told as a trial begins and after each of its epochs.</param>
    /// <param name="otherRuns">As for <see cref="Trainer.Prepare"/>.</param>
    /// <param name="next">The place of the point to try after those that were, or null to end; without it all in their order.</param>
    /// <param name="cancellation">Heeded between steps.</param>
    public static IReadOnlyList<SearchTrial> Run(
        IReadOnlyList<(IReadOnlyDictionary<string, string> Settings, TrainOptions Options)> points,
        IReadOnlyList<long> seeds,
        TrainingInput input,
        IEngine engine,
        string? checkpointFolder = null,
        IProgress<SearchTrial>? progress = null,
        IProgress<TrialEpoch>? epochs = null,
        IReadOnlyCollection<string>? otherRuns = null,
        Func<IReadOnlyList<TriedPoint>, int?>? next = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(seeds);
        ArgumentOutOfRangeException.ThrowIfZero(seeds.Count);
        next ??= tried => tried.Count < points.Count ? tried.Count : null;
        var trials = new List<SearchTrial>();
        var tried = new List<TriedPoint>();
        while (next(tried) is { } point)
        {
            double recall = 0;
            double ndcg = 0;
            double seconds = 0;
            var bestEpochs = new List<int>();
            var folders = new List<string>();
            foreach (long seed in seeds)
            {
                string? folder = null;
                if (checkpointFolder is not null)
                {
                    folder = Path.Combine(checkpointFolder, FormattableString.Invariant($"trial-{point:D4}-seed-{seed}"));
                    folders.Add(folder);
                }

                TrainOptions options = points[point].Options;
                using PreparedTraining training = Trainer.Prepare(options, seed, input, engine, folder, null, otherRuns);
                int most = options.Trainer.Epochs;
                epochs?.Report(new TrialEpoch(training.Before.Count, most));
                TrainResult result = training.Run(epochs is null ? null : new EpochCounter(epochs, most), cancellation);
                recall += result.BestRecall20 / seeds.Count;
                ndcg += result.History[result.BestEpoch - 1].Ndcg20!.Value / seeds.Count;
                seconds += result.History.Sum(static r => r.Seconds + r.ValidationSeconds);
                bestEpochs.Add(result.BestEpoch);
            }

            var trial = new SearchTrial(
                points[point].Settings,
                points[point].Options,
                recall,
                ndcg,
                bestEpochs,
                seconds,
                folders
            );
            trials.Add(trial);
            tried.Add(new TriedPoint(point, recall));
            progress?.Report(trial);
        }

        return trials;
    }

    /// <summary>The trial with the largest recall@20; among equal ones the first.</summary>
    public static SearchTrial Best(IReadOnlyList<SearchTrial> trials)
    {
        ArgumentNullException.ThrowIfNull(trials);
        SearchTrial best = trials[0];
        foreach (SearchTrial trial in trials)
        {
            best = trial.Recall20 > best.Recall20 ? trial : best;
        }

        return best;
    }

    private static (IReadOnlyDictionary<string, string>, TrainOptions) Extend(
        IReadOnlyDictionary<string, string> settings,
        TrainOptions options,
        PropertyInfo property,
        string name,
        string value
    )
    {
        TrainOptions copy = new(options.Model with { }, options.Trainer with { });
        property.SetValue(
            property.DeclaringType == typeof(TrainerOptions) ? copy.Trainer : copy.Model,
            Convert(property, name, value)
        );
        return (new Dictionary<string, string>(settings) { [name] = value }, copy);
    }

    private static PropertyInfo Property(TrainOptions basis, string name)
    {
        PropertyInfo[] known =
        [
            .. basis.Model.GetType().GetProperties().Where(static p => p.SetMethod is { IsPublic: true }),
            .. typeof(TrainerOptions).GetProperties(),
        ];
        return Array.Find(known, p => string.Equals(CamelCase(p.Name), name, StringComparison.Ordinal))
            ?? throw new InputException(
                $"search.{name} is not a setting of train: known are {string.Join(", ", known.Select(static p => CamelCase(p.Name)))}."
            );
    }

    private static object? Convert(PropertyInfo property, string name, string value)
    {
        string? auto = property.GetCustomAttribute<AmbientValueAttribute>()?.Value as string;
        if (value == auto)
        {
            return null;
        }

        try
        {
            Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            object converted = type.IsEnum
                ? Enum.GetNames(type).FirstOrDefault(n => CamelCase(n) == value) is { } member
                    ? Enum.Parse(type, member)
                    : throw new FormatException()
                : System.Convert.ChangeType(value, type, CultureInfo.InvariantCulture);
            return property.GetCustomAttribute<RangeAttribute>() is not { } range || range.IsValid(converted)
                ? converted
                : throw new OverflowException();
        }
        catch (Exception problem) when (problem is FormatException or InvalidCastException or OverflowException)
        {
            string expected =
                property.PropertyType.IsEnum ? string.Join(", ", Enum.GetNames(property.PropertyType).Select(CamelCase))
                : property.GetCustomAttribute<RangeAttribute>() is { } range
                    ? FormattableString.Invariant(
                        $"a number from {range.Minimum} to {range.Maximum}{(auto is null ? "" : $", or {auto}")}"
                    )
                : property.PropertyType.Name;
            throw new InputException($"search.{name} has the value {value}: expected {expected}.", problem);
        }
    }

    private static string CamelCase(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    private sealed class EpochCounter(IProgress<TrialEpoch> target, int most) : IProgress<EpochRecord>
    {
        public void Report(EpochRecord value) => target.Report(new TrialEpoch(value.Epoch, most));
    }
}
