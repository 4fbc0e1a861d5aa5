using System.Text.Json;
using CranePipeline.Configuration;

namespace CranePipeline.Commands;

/// <summary>Settings inside a sweep's or benchmark's file, as the command line would have them.</summary>
internal static class SettingTree
{
    /// <summary>Reads such a file, and tells of every entry at its top that means nothing there.</summary>
    /// <param name="file">The file.</param>
    /// <param name="kind">What it is, for messages: "a sweep".</param>
    /// <param name="known">The entries it may have.</param>
    /// <param name="errors">Where mistakes are gathered.</param>
    public static SectionNode Read(string file, string kind, IReadOnlyCollection<string> known, ConfigurationErrors errors)
    {
        SectionNode tree = YamlSettings.ReadFile(file, ConfigurationFolder.Display(file), errors);
        foreach (SettingEntry entry in tree.Entries.Where(entry => !known.Contains(entry.Name)))
        {
            errors.Add(
                entry.NameOrigin,
                $"'{entry.Name}' is nothing {kind} has{NearestName.SuggestionOf(entry.Name, known, "it has")}"
            );
        }

        return tree;
    }

    /// <summary>Every value below a node with its dotted path.</summary>
    public static IEnumerable<(string Path, SettingNode Value)> Leaves(SettingNode? node) => Leaves(string.Empty, node);

    /// <summary>A value as the command line would have it.</summary>
    public static string Text(SettingNode node) =>
        node switch
        {
            ScalarNode { IsQuoted: true } scalar => JsonSerializer.Serialize(scalar.Text),
            ScalarNode scalar => scalar.Text,
            ListNode list => $"[{string.Join(", ", list.Items.Select(Text))}]",
            SectionNode section =>
                $"{{{string.Join(", ", section.Entries.Select(entry => $"{entry.Name}: {Text(entry.Value)}"))}}}",
            _ => throw new ArgumentException("not a settings node", nameof(node)),
        };

    private static IEnumerable<(string Path, SettingNode Value)> Leaves(string path, SettingNode? node) =>
        node switch
        {
            null or ScalarNode { IsEmpty: true } => [],
            SectionNode section => section.Entries.SelectMany(entry =>
                Leaves(path.Length == 0 ? entry.Name : $"{path}.{entry.Name}", entry.Value)
            ),
            _ => [(path, node)],
        };
}
