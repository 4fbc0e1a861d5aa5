using CranePipeline.Configuration;
using CranePipeline.Tables;
using CranePipeline.Training;

namespace CranePipeline.Commands;

/// <summary>
/// A file of <c>conf/benchmarks</c>: models on data sets with some seeds, all by the same <c>settings</c>, each model's own
/// settings chosen on the validation part among <c>trials</c> combinations of the lists under <c>search</c>.
/// </summary>
internal sealed record BenchmarkDefinition
{
    private const string AllModels = "all";

    private static readonly string[] Known =
    [
        "name",
        "title",
        "datasets",
        "models",
        "baseline",
        "seeds",
        "settings",
        "trials",
        "search",
        "modelSearch",
    ];

    /// <summary>Its name, which is its file's name.</summary>
    public required string Name { get; init; }

    /// <summary>Its name for people.</summary>
    public required string Title { get; init; }

    /// <summary>Names of the data sets.</summary>
    public required IReadOnlyList<string> Datasets { get; init; }

    /// <summary>Names of the models: files of <c>conf/models</c>.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    /// <summary>The matrix factorisation that gains are measured from, or null.</summary>
    public string? Baseline { get; init; }

    /// <summary>Seeds; empty for each data set's own.</summary>
    public required IReadOnlyList<long> Seeds { get; init; }

    /// <summary>The protocol: settings over every file, the same for all models.</summary>
    public required IReadOnlyList<SettingOverride> Settings { get; init; }

    /// <summary>Most combinations tried for a model; 0 for all there are.</summary>
    public int Trials { get; init; }

    /// <summary>Values to try, by training setting; a model that lacks a setting is not searched over it.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Search { get; init; }

    /// <summary>Further values to try, by model.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, IReadOnlyList<string>>> ModelSearch { get; init; }

    /// <summary>Values to try for a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="has">Whether it has a training setting.</param>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> SearchOf(string model, Func<string, bool> has)
    {
        var lists = Search.Where(entry => has(entry.Key)).ToDictionary(entry => entry.Key, entry => entry.Value);
        if (ModelSearch.TryGetValue(model, out IReadOnlyDictionary<string, IReadOnlyList<string>>? own))
        {
            foreach ((string setting, IReadOnlyList<string> values) in own)
            {
                lists[setting] = values;
            }
        }

        return lists;
    }

    /// <summary>Reads a benchmark's file.</summary>
    /// <exception cref="InputException">
    /// There is no such benchmark, or its file is wrong: one line an error, each with its line.
    /// </exception>
    public static BenchmarkDefinition Read(ConfigurationFolder folder, string name)
    {
        string file = folder.BenchmarkFile(name);
        var errors = new ConfigurationErrors();
        SectionNode tree = YamlSettings.ReadFile(file, ConfigurationFolder.Display(file), errors);
        foreach (SettingEntry entry in tree.Entries.Where(entry => !Known.Contains(entry.Name)))
        {
            errors.Add(
                entry.NameOrigin,
                $"'{entry.Name}' is nothing a benchmark has{NearestName.SuggestionOf(entry.Name, Known, "it has")}"
            );
        }

        ConfigurationLoader.CheckName(tree, file, errors);
        IReadOnlyList<string> catalogue = [.. ModelCatalog.All.Select(model => model.Name).Where(folder.Models.Contains)];
        IReadOnlyList<string> models = tree.Find("models") is null or ScalarNode { Text: AllModels }
            ? catalogue
            : Names(tree, "models", folder.Models, errors);
        string? baseline = (tree.Find("baseline") as ScalarNode)?.Text;
        if (baseline is not null && tree.Find("models") is ListNode && !models.Contains(baseline))
        {
            errors.Add(tree.Find("baseline")!.Origin, $"'baseline' is {baseline}, which is not among the models");
        }

        string fileName = Path.GetFileNameWithoutExtension(file);
        var definition = new BenchmarkDefinition
        {
            Name = fileName,
            Title = tree.Find("title") is ScalarNode title ? title.Text : fileName,
            Datasets = Names(tree, "datasets", folder.Datasets, errors),
            Models = models,
            Baseline = baseline,
            Seeds = [.. Numbers(tree, "seeds", errors)],
            Settings =
            [
                .. SettingTree
                    .Leaves(tree.Find("settings"))
                    .Select(leaf => new SettingOverride(leaf.Path, SettingTree.Text(leaf.Value), leaf.Value.Origin.ToString())),
            ],
            Trials = (int)Numbers(tree, "trials", errors).FirstOrDefault(),
            Search = Lists("search", tree.Find("search"), errors),
            ModelSearch =
                (tree.Find("modelSearch") as SectionNode)?.Entries.ToDictionary(
                    entry => entry.Name,
                    IReadOnlyDictionary<string, IReadOnlyList<string>> (entry) =>
                        Lists($"modelSearch.{entry.Name}", entry.Value, errors)
                )
                ?? [],
        };
        errors.ThrowIfAny();
        return definition;
    }

    private static IReadOnlyList<string> Names(
        SectionNode tree,
        string setting,
        IReadOnlyList<string> known,
        ConfigurationErrors errors
    )
    {
        if (tree.Find(setting) is not ListNode { Items.Count: > 0 } list)
        {
            errors.Add(tree.Find(setting)?.Origin ?? tree.Origin, $"a benchmark needs '{setting}', a list of names");
            return [];
        }

        foreach (SettingNode item in list.Items.Where(item => !known.Contains(SettingTree.Text(item))))
        {
            string name = SettingTree.Text(item);
            errors.Add(item.Origin, $"'{name}' is not among the {setting}{NearestName.SuggestionOf(name, known)}");
        }

        return [.. list.Items.Select(SettingTree.Text).Distinct()];
    }

    private static IEnumerable<long> Numbers(SectionNode tree, string setting, ConfigurationErrors errors)
    {
        IReadOnlyList<SettingNode> items = tree.Find(setting) switch
        {
            null => [],
            ListNode list => list.Items,
            { } single => [single],
        };
        foreach (SettingNode item in items)
        {
            if (item is ScalarNode scalar && long.TryParse(scalar.Text, out long number) && number >= 0)
            {
                yield return number;
            }
            else
            {
                errors.Add(item.Origin, $"'{setting}' takes whole numbers from 0");
            }
        }
    }

    private static Dictionary<string, IReadOnlyList<string>> Lists(string path, SettingNode? node, ConfigurationErrors errors)
    {
        var lists = new Dictionary<string, IReadOnlyList<string>>();
        foreach ((string name, SettingNode value) in SettingTree.Leaves(node))
        {
            if (value is ListNode { Items.Count: > 0 } list)
            {
                lists[name] = [.. list.Items.Select(SettingTree.Text)];
            }
            else
            {
                errors.Add(value.Origin, $"'{path}.{name}' must be a list of values, such as [1, 2, 3]");
            }
        }

        return lists;
    }
}
