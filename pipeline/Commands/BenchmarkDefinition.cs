using CranePipeline.CommandLine;
using CranePipeline.Configuration;
using CranePipeline.Tables;
using CranePipeline.Training;

namespace CranePipeline.Commands;

/// <summary>A model of a benchmark.</summary>
/// <param name="Name">Its file of <c>conf/models</c>.</param>
/// <param name="Options">Settings of its kind, by which it is known which ones it has.</param>
internal sealed record BenchmarkModel(string Name, ModelOptions Options)
{
    private const string Train = "train";
    private const string Search = "search";

    /// <summary>Names of the training settings it has.</summary>
    public IReadOnlySet<string> Trained { get; } = TrainSettings.NamesFor(Options).ToHashSet();

    /// <summary>Names of the settings it can be searched over: without training, how to train makes no difference.</summary>
    public IReadOnlySet<string> Searched => Options.IsTrained ? Trained : SettingSchema.Of(Options.GetType()).Names.ToHashSet();

    /// <summary>Whether it has what a path names, of the training settings and of what is searched; others are no model's matter.</summary>
    /// <param name="path">"train.rounds", "train.modalityWeights.visual", "search.rounds".</param>
    public bool Has(string path) =>
        path.Split('.') switch
        {
            [Train, var setting, ..] => Trained.Contains(setting),
            [Search, var setting, ..] => Searched.Contains(setting),
            _ => true,
        };
}

/// <summary>
/// Models on data sets with some seeds, all by the same <c>settings</c>, each model's own settings chosen on the validation part among
/// <c>trials</c> combinations of the lists under <c>search</c>: <see cref="BenchmarkFile"/>.
/// </summary>
internal sealed record BenchmarkDefinition
{
    /// <summary>Its name, which is its file's name.</summary>
    public required string Name { get; init; }

    /// <summary>Its name for people.</summary>
    public required string Title { get; init; }

    /// <summary>Names of the data sets.</summary>
    public required IReadOnlyList<string> Datasets { get; init; }

    /// <summary>The models.</summary>
    public required IReadOnlyList<BenchmarkModel> Models { get; init; }

    /// <summary>The matrix factorisation that gains are measured from, or null.</summary>
    public string? Baseline { get; init; }

    /// <summary>Seeds; empty for each data set's own.</summary>
    public required IReadOnlyList<long> Seeds { get; init; }

    /// <summary>The protocol: settings over every file, the same for all models that have them.</summary>
    public required IReadOnlyList<SettingOverride> Settings { get; init; }

    /// <summary>Most combinations tried for a model; 0 for all there are.</summary>
    public int Trials { get; init; }

    /// <summary>Values to try, by training setting; a model that lacks a setting is not searched over it.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Search { get; init; }

    /// <summary>Further values to try, by model.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, IReadOnlyList<string>>> ModelSearch { get; init; }

    /// <summary>What the command line asks for besides the file.</summary>
    public CommandLineOptions Options { get; init; } = new();

    /// <summary>The parameters that repeat it, as far as they decide what comes out.</summary>
    public string Command
    {
        get
        {
            List<string> words = ["-Stage benchmark", $"-Benchmark {Name}"];
            void Add(string parameter, string? value)
            {
                if (value is not null)
                {
                    words.Add(
                        value.Any(letter => " '[]{}#&;|".Contains(letter)) ? $"{parameter} \"{value}\"" : $"{parameter} {value}"
                    );
                }
            }

            Add("-Dataset", Options.Dataset);
            Add("-Model", Options.Model);
            Add("-Preset", Options.Preset);
            Add("-Seed", Options.Seeds.Count == 0 ? null : string.Join(",", Options.Seeds));
            foreach (SettingOverride setting in Options.Set)
            {
                Add("-Set", $"{setting.Path}={setting.Value}");
            }

            return string.Join(' ', words);
        }
    }

    /// <summary>Values to try for a model.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> SearchOf(BenchmarkModel model)
    {
        var lists = Search
            .Where(entry => model.Has($"search.{entry.Key}"))
            .ToDictionary(entry => entry.Key, entry => entry.Value);
        if (ModelSearch.TryGetValue(model.Name, out IReadOnlyDictionary<string, IReadOnlyList<string>>? own))
        {
            foreach ((string setting, IReadOnlyList<string> values) in own)
            {
                lists[setting] = values;
            }
        }

        return lists;
    }

    /// <summary>As the command line wants it: on one data set, for one model, with settings and seeds over its own.</summary>
    /// <exception cref="InputException">The command line names what is not of the benchmark.</exception>
    public BenchmarkDefinition With(CommandLineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        IReadOnlyList<string> models = Restrict([.. Models.Select(model => model.Name)], options.Model, "-Model");
        BenchmarkDefinition wanted = this with
        {
            Options = options,
            Datasets = Restrict(Datasets, options.Dataset, "-Dataset"),
            Models = [.. Models.Where(model => models.Contains(model.Name))],
            Seeds = options.Seeds.Count > 0 ? options.Seeds : Seeds,
        };
        foreach (SettingOverride setting in options.Set.Where(setting => !wanted.Models.Any(model => model.Has(setting.Path))))
        {
            throw new InputException($"{setting.Source}: {wanted.Unknown(setting.Path)}");
        }

        return wanted;
    }

    /// <summary>That no model has a setting, and which one was probably meant.</summary>
    /// <param name="path">"train.ronds" or "search.ronds".</param>
    public string Unknown(string path)
    {
        string[] names =
        [
            .. Models
                .SelectMany(model => path.StartsWith("search.", StringComparison.Ordinal) ? model.Searched : model.Trained)
                .Distinct(),
        ];
        string setting = path.Split('.')[1];
        string meant = NearestName.Find(setting, names) is { } nearest ? $"; did you mean '{nearest}'?" : string.Empty;
        return $"no model of benchmark {Name} has the training setting '{setting}'{meant}";
    }

    private IReadOnlyList<string> Restrict(IReadOnlyList<string> all, string? only, string parameter)
    {
        if (only is null)
        {
            return all;
        }

        string? known = all.FirstOrDefault(name => string.Equals(name, only, StringComparison.OrdinalIgnoreCase));
        return known is not null
            ? [known]
            : throw new InputException(
                $"{parameter} {only} is not of benchmark {Name}{NearestName.SuggestionOf(only, all, "it has")}"
            );
    }
}
