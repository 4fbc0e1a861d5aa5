namespace CranePipeline.Configuration;

/// <summary>A piece of a settings tree that still knows where it was written. Trees are immutable; merging makes new ones.</summary>
internal abstract record SettingNode(SettingOrigin Origin);

/// <summary>A single value as written.</summary>
/// <param name="Text">The characters of the value, without quotes.</param>
/// <param name="IsQuoted">Whether it was quoted, which makes "null" and "" mean themselves.</param>
/// <param name="Origin">Where it was written.</param>
internal sealed record ScalarNode(string Text, bool IsQuoted, SettingOrigin Origin) : SettingNode(Origin)
{
    /// <summary>Nothing was written after the key: it says nothing, so that a section whose lines are all comments is harmless.</summary>
    public bool IsEmpty => !IsQuoted && Text.Length == 0;

    /// <summary>The value takes the setting away (YAML's null).</summary>
    public bool IsNull => !IsQuoted && Text is "null" or "~" or "Null" or "NULL";
}

/// <summary>A list of values. A list is one value: a later layer replaces it whole.</summary>
internal sealed record ListNode(IReadOnlyList<SettingNode> Items, SettingOrigin Origin) : SettingNode(Origin);

/// <summary>A section: named settings, merged name by name with the same section of another layer.</summary>
/// <param name="Entries">The settings in the order written.</param>
/// <param name="Origin">Where the section begins.</param>
internal sealed record SectionNode(IReadOnlyList<SettingEntry> Entries, SettingOrigin Origin) : SettingNode(Origin)
{
    /// <summary>The value at a dotted path, or null where nothing was written there.</summary>
    public SettingNode? Find(string path)
    {
        SettingNode? node = this;
        foreach (var name in path.Split('.'))
        {
            node = (node as SectionNode)?.Entries.FirstOrDefault(entry => entry.Name == name)?.Value;
        }
        return node;
    }

    /// <summary>This section without the named settings.</summary>
    public SectionNode Without(params string[] names) =>
        this with
        {
            Entries = [.. Entries.Where(entry => !names.Contains(entry.Name))],
        };

    /// <summary>
    /// This section overlaid by <paramref name="upper"/>: sections merge name by name, anything else is replaced, and a name with
    /// nothing after it changes nothing.
    /// </summary>
    public SectionNode OverlaidBy(SectionNode upper)
    {
        var merged = Entries.ToList();
        foreach (var entry in upper.Entries)
        {
            var index = merged.FindIndex(other => other.Name == entry.Name);
            if (index < 0)
            {
                merged.Add(entry);
            }
            else if (entry.Value is SectionNode above && merged[index].Value is SectionNode below)
            {
                merged[index] = merged[index] with { Value = below.OverlaidBy(above) };
            }
            else if (entry.Value is not ScalarNode { IsEmpty: true })
            {
                merged[index] = entry;
            }
        }
        return this with { Entries = merged };
    }
}

/// <summary>One named setting of a section.</summary>
/// <param name="Name">The key as written.</param>
/// <param name="NameOrigin">Where the key was written.</param>
/// <param name="Value">What it was set to.</param>
internal sealed record SettingEntry(string Name, SettingOrigin NameOrigin, SettingNode Value);
