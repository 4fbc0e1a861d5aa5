namespace CranePipeline.Configuration;

/// <summary>Names that mean nothing where they stand, with the nearest one that does.</summary>
internal static class UnknownSettings
{
    /// <summary>Reports every name of a section that its type does not have.</summary>
    /// <param name="errors">Where mistakes are gathered.</param>
    /// <param name="root">The type of the whole tree, searched for the name's right place.</param>
    /// <param name="choice">What an abstract inline member is.</param>
    /// <param name="type">The section's type.</param>
    /// <param name="section">What was written.</param>
    /// <param name="prefix">What messages put before names.</param>
    internal static void Check(ConfigurationErrors errors, Type root, Type? choice, Type type, SectionNode section, string prefix)
    {
        var schema = SettingSchema.Of(type, choice);
        foreach (var entry in section.Entries)
        {
            if (schema.Find(entry.Name) is null)
            {
                // A name that is right but stands in the wrong section is as common a slip as a misspelt one.
                var nearest =
                    NearestName.Find(entry.Name, schema.Names) is { } sibling ? prefix + sibling
                    : Elsewhere(root, choice, entry.Name, "") is { } place ? place
                    : null;
                errors.Add(
                    entry.NameOrigin,
                    $"unknown setting '{prefix}{entry.Name}'"
                        + (
                            nearest is null
                                ? $"; {(prefix.Length == 0 ? "the top level" : $"'{prefix.TrimEnd('.')}'")} "
                                    + $"has {string.Join(", ", schema.Names)}"
                                : $"; did you mean '{nearest}'?"
                        )
                );
            }
        }
    }

    private static string? Elsewhere(Type type, Type? choice, string name, string prefix)
    {
        foreach (var member in SettingSchema.Of(type, choice).Members)
        {
            if (!member.IsInline && member.Name == name)
            {
                return prefix + name;
            }
            var (kind, element) = SettingShape.Of(member.Type);
            if (
                kind == SettingKind.Section
                && Elsewhere(element, choice, name, member.IsInline ? prefix : $"{prefix}{member.Name}.") is { } found
            )
            {
                return found;
            }
        }
        return null;
    }
}
