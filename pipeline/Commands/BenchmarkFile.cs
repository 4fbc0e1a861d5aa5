using CranePipeline.Configuration;
using CranePipeline.Tables;
using CranePipeline.Training;

namespace CranePipeline.Commands;

/// <summary>Reads the files of <c>conf/benchmarks</c>.</summary>
internal static class BenchmarkFile
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

    /// <summary>Reads a benchmark's file.</summary>
    /// <exception cref="InputException">
    /// There is no such benchmark, or its file is wrong: one line an error, each with its line.
    /// </exception>
    public static BenchmarkDefinition Read(ConfigurationFolder folder, string name)
    {
        string file = folder.BenchmarkFile(name);
        var errors = new ConfigurationErrors();
        SectionNode tree = SettingTree.Read(file, "a benchmark", Known, errors);

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
            Models = [.. models.Where(folder.Models.Contains).Select(model => Model(folder, model, errors))],
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
        CheckSettings(definition, tree, errors);
        errors.ThrowIfAny();
        return definition;
    }

    private static BenchmarkModel Model(ConfigurationFolder folder, string name, ConfigurationErrors errors)
    {
        ModelFile file = ModelFile.Read(folder, name, new SectionNode([], SettingOrigin.Default), errors);
        return new BenchmarkModel(name, file.Options(errors));
    }

    /// <summary>A model leaves out what it lacks, so that what all of them lack would have no effect at all.</summary>
    private static void CheckSettings(BenchmarkDefinition definition, SectionNode tree, ConfigurationErrors errors)
    {
        void Check(string prefix, SettingNode? section, BenchmarkDefinition among)
        {
            foreach ((string name, SettingNode value) in SettingTree.Leaves(section))
            {
                if (!among.Models.Any(model => model.Has($"{prefix}{name}")))
                {
                    errors.Add(value.Origin, among.Unknown($"{prefix}{name}"));
                }
            }
        }

        Check(string.Empty, tree.Find("settings"), definition);
        Check("search.", tree.Find("search"), definition);
        foreach (SettingEntry own in (tree.Find("modelSearch") as SectionNode)?.Entries ?? [])
        {
            BenchmarkModel[] model = [.. definition.Models.Where(model => model.Name == own.Name)];
            if (model.Length == 0)
            {
                string[] names = [.. definition.Models.Select(model => model.Name)];
                errors.Add(own.NameOrigin, $"'{own.Name}' is not among the models{NearestName.SuggestionOf(own.Name, names)}");
            }
            else
            {
                Check("search.", own.Value, definition with { Models = model });
            }
        }
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
        var seen = new HashSet<long>();
        foreach (SettingNode item in items)
        {
            if (item is not ScalarNode scalar || !long.TryParse(scalar.Text, out long number) || number < 0)
            {
                errors.Add(item.Origin, $"'{setting}' takes whole numbers from 0");
            }
            else if (!seen.Add(number))
            {
                errors.Add(item.Origin, $"'{setting}' has {number} more than once; give each once");
            }
            else
            {
                yield return number;
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
