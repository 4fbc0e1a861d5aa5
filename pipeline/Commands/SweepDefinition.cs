using CranePipeline.Configuration;
using CranePipeline.Evaluation;
using CranePipeline.Tables;

namespace CranePipeline.Commands;

/// <summary>One point of a sweep: what sets its runs apart.</summary>
/// <param name="Label">What a table calls it; empty for a point of a grid, which is known by its settings.</param>
/// <param name="Settings">Values of the grid's settings, by dotted path.</param>
/// <param name="Overrides">Everything that is set, over all files and <c>-Set</c>.</param>
internal sealed record SweepPoint(
    string Label,
    IReadOnlyDictionary<string, string> Settings,
    IReadOnlyList<SettingOverride> Overrides
)
{
    /// <summary>"without item graph" or "train.rounds 2, train.neighbours 10".</summary>
    public string Description =>
        Label.Length > 0 ? Label : string.Join(", ", Settings.Select(setting => $"{setting.Key} {setting.Value}"));
}

/// <summary>
/// A file of <c>conf/sweeps</c>: named <c>variants</c> with their settings, a <c>grid</c> with a list of values for each setting, or both,
/// which makes every variant at every point of the grid.
/// </summary>
/// <param name="Name">The sweep's name, which is its file's name.</param>
/// <param name="Title">Its name for people.</param>
/// <param name="Points">What to run, in order.</param>
internal sealed record SweepDefinition(string Name, string Title, IReadOnlyList<SweepPoint> Points)
{
    private static readonly string[] Known = ["name", "title", "variants", "grid"];

    /// <summary>Reads a sweep's file.</summary>
    /// <exception cref="InputException">There is no such sweep, or its file is wrong: one line an error, each with its line.</exception>
    public static SweepDefinition Read(ConfigurationFolder folder, string name)
    {
        string file = folder.SweepFile(name);
        var errors = new ConfigurationErrors();
        SectionNode tree = SettingTree.Read(file, "a sweep", Known, errors);

        string fileName = Path.GetFileNameWithoutExtension(file);
        List<(string Label, List<SettingOverride> Settings)> variants = Variants(tree, errors);
        List<KeyValuePair<string, IReadOnlyList<string>>> grid = Grid(tree, errors);
        if (variants.Count == 0 && grid.Count == 0)
        {
            errors.Add(tree.Origin, "a sweep needs 'variants' with a label each, or a 'grid' of settings with lists of values");
        }

        errors.ThrowIfAny();
        return new SweepDefinition(
            fileName,
            tree.Find("title") is ScalarNode title ? title.Text : fileName,
            Expand(variants.Count == 0 ? [(string.Empty, [])] : variants, grid, ConfigurationFolder.Display(file))
        );
    }

    private static List<SweepPoint> Expand(
        List<(string Label, List<SettingOverride> Settings)> variants,
        List<KeyValuePair<string, IReadOnlyList<string>>> grid,
        string source
    )
    {
        var points = new List<SweepPoint>();
        foreach ((string label, List<SettingOverride> settings) in variants)
        {
            foreach (IReadOnlyDictionary<string, string> combination in SweepGrid.Expand(grid))
            {
                string place = string.Join(", ", combination.Select(setting => $"{setting.Key} {setting.Value}"));
                points.Add(
                    new SweepPoint(
                        label.Length == 0 || place.Length == 0 ? label : $"{label}, {place}",
                        combination,
                        [.. settings, .. combination.Select(setting => new SettingOverride(setting.Key, setting.Value, source))]
                    )
                );
            }
        }

        return points;
    }

    private static List<(string Label, List<SettingOverride> Settings)> Variants(SectionNode tree, ConfigurationErrors errors)
    {
        var variants = new List<(string Label, List<SettingOverride> Settings)>();
        switch (tree.Find("variants"))
        {
            case null or ScalarNode { IsEmpty: true }:
                break;
            case ListNode list:
                foreach (SettingNode item in list.Items)
                {
                    if (item is not SectionNode variant || variant.Find("label") is not ScalarNode { Text.Length: > 0 } label)
                    {
                        errors.Add(item.Origin, "a variant needs a 'label', and may have 'settings'");
                    }
                    else if (variants.Exists(other => other.Label == label.Text))
                    {
                        errors.Add(label.Origin, $"two variants are called '{label.Text}'; give each a label of its own");
                    }
                    else if (variant.Entries.FirstOrDefault(entry => entry.Name is not ("label" or "settings")) is { } unknown)
                    {
                        errors.Add(unknown.NameOrigin, $"'{unknown.Name}' is nothing a variant has; it has label, settings");
                    }
                    else
                    {
                        variants.Add(
                            (
                                label.Text,
                                [
                                    .. SettingTree
                                        .Leaves(variant.Find("settings"))
                                        .Select(leaf => new SettingOverride(
                                            leaf.Path,
                                            SettingTree.Text(leaf.Value),
                                            leaf.Value.Origin.ToString()
                                        )),
                                ]
                            )
                        );
                    }
                }

                break;
            case { } other:
                errors.Add(other.Origin, "'variants' must be a list");
                break;
        }

        return variants;
    }

    private static List<KeyValuePair<string, IReadOnlyList<string>>> Grid(SectionNode tree, ConfigurationErrors errors)
    {
        var grid = new List<KeyValuePair<string, IReadOnlyList<string>>>();
        foreach ((string path, SettingNode value) in SettingTree.Leaves(tree.Find("grid")))
        {
            if (value is ListNode { Items.Count: > 0 } list)
            {
                grid.Add(new(path, [.. list.Items.Select(SettingTree.Text)]));
            }
            else
            {
                errors.Add(value.Origin, $"'grid.{path}' must be a list of values, such as [1, 2, 3]");
            }
        }

        return grid;
    }
}
