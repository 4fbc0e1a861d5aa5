using System.Text.Json;
using CranePipeline.Configuration;

namespace CranePipeline.Commands;

/// <summary>Settings inside a sweep's or benchmark's file, as the command line would have them.</summary>
internal static class SettingTree
{
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
