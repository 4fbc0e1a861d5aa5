using System.Collections;
using System.ComponentModel.DataAnnotations;

namespace CranePipeline.Configuration;

/// <summary>
/// Binds a settings tree to typed records, gathering every mistake with the place it was written at.
/// </summary>
/// <param name="errors">Where mistakes are gathered.</param>
/// <param name="isWhole">
/// Whether the tree is all there is, so that required settings must be in it; false for a single layer, which is checked by itself
/// so that a mistake another layer happens to hide is still reported.
/// </param>
/// <param name="choice">What an abstract inline member is; see <see cref="SettingSchema.Of"/>.</param>
internal sealed class SettingBinder(ConfigurationErrors errors, bool isWhole, Type? choice = null)
{
    private static readonly object Failed = new();
    private Type _root = typeof(object);

    /// <summary>Binds a whole tree to a new <paramref name="type"/>. The value is only meaningful where no error was found.</summary>
    /// <param name="type">The record or class.</param>
    /// <param name="section">What was written.</param>
    /// <param name="prefix">What messages put before names: "" or a dotted path that ends in a dot.</param>
    public object? Bind(Type type, SectionNode section, string prefix = "")
    {
        _root = type;
        var value = BindSection(type, section, start: null, prefix);
        return ReferenceEquals(value, Failed) ? null : value;
    }

    private object BindSection(Type type, SectionNode section, object? start, string prefix)
    {
        UnknownSettings.Check(errors, _root, choice, type, section, prefix);
        return Fill(type, section, start, prefix);
    }

    private object Fill(Type type, SectionNode section, object? start, string prefix)
    {
        var values = new Dictionary<SettingMember, object?>();
        var failed = false;
        var builder = new RecordBuilder(type, start);
        foreach (var member in SettingSchema.Of(type, choice).Members)
        {
            object? value;
            if (member.IsInline)
            {
                var initial = builder.Default(member);
                value = Fill(member.Type, section, initial?.GetType() == member.Type ? initial : null, prefix);
            }
            else if (Written(section, member) is { } entry)
            {
                value = Member(member, entry, builder, prefix + member.Name);
            }
            else if (choice is not null && isWhole && HoldsChoice(member.Type))
            {
                // Unwritten, it is still of the type that was chosen, which its default is not.
                value = Section(member.Type, new SectionNode([], section.Origin), builder.Default(member), prefix + member.Name);
            }
            else
            {
                bool isNamed = section.Entries.Any(candidate => candidate.Name == member.Name);
                if (!isNamed && isWhole && (member.IsRequired || builder.Needs(member)))
                {
                    errors.Add(section.Origin, $"'{prefix}{member.Name}' is missing; it must be set");
                    failed = true;
                }
                continue;
            }
            failed |= ReferenceEquals(value, Failed);
            values[member] = value;
        }
        if (failed)
        {
            return Failed;
        }
        if (builder.Build(values, out var problem) is not { } built)
        {
            errors.Add(section.Origin, $"'{prefix.TrimEnd('.')}' is not right: {problem}");
            return Failed;
        }
        return isWhole && !SettingValidation.Check(errors, built, section, prefix) ? Failed : built;
    }

    /// <summary>What stands there of a member; null for nothing, and for a section's name with nothing under it.</summary>
    private static SettingEntry? Written(SectionNode section, SettingMember member) =>
        section.Entries.FirstOrDefault(candidate => candidate.Name == member.Name) is { } entry
        && !(
            entry.Value is ScalarNode { IsEmpty: true }
            && SettingShape.Of(member.Type).Kind is SettingKind.Section or SettingKind.Dictionary
        )
            ? entry
            : null;

    private static bool HoldsChoice(Type type) =>
        SettingShape.Of(type).Kind == SettingKind.Section && SettingSchema.NeedsChoice(type);

    private object? Member(SettingMember member, SettingEntry entry, RecordBuilder builder, string path)
    {
        if (
            member.Ambient is { } word
            && !(
                entry.Value is ScalarNode given && ScalarValue.TryRead(given, SettingShape.Of(member.Type).Element, out _, out _)
            )
        )
        {
            if (entry.Value is ScalarNode { IsQuoted: false } written && written.Text == word)
            {
                return null;
            }
            var expected = $"{ScalarValue.Describe(member.Type)} or {word}";
            errors.Add(entry.Value.Origin, $"'{path}' must be {expected}, not {ScalarValue.Shown(entry.Value)}");
            return Failed;
        }
        if (entry.Value is ScalarNode scalar && (scalar.IsNull || scalar.IsEmpty) && member.IsNullable)
        {
            if (isWhole && member.IsRequired)
            {
                errors.Add(entry.NameOrigin, $"'{path}' must not be left empty");
                return Failed;
            }
            return null;
        }
        var value = Value(member.Type, entry.Value, builder.Default(member), path);
        if (ReferenceEquals(value, Failed) || value is null)
        {
            return value;
        }
        foreach (var rule in member.Rules)
        {
            // A dictionary's entries may be spread over layers: its size means something only when all are there.
            if (!isWhole && rule is MinLengthAttribute && SettingShape.Of(member.Type).Kind == SettingKind.Dictionary)
            {
                continue;
            }
            if (SettingRules.Violation(rule, value) is { } violation)
            {
                errors.Add(entry.Value.Origin, $"'{path}' {violation}");
                return Failed;
            }
        }
        return value;
    }

    private object? Value(Type declared, SettingNode node, object? start, string path)
    {
        var (kind, element) = SettingShape.Of(declared);
        return kind switch
        {
            SettingKind.Section => Section(element, node, start, path),
            SettingKind.Dictionary => Dictionary(declared, element, node, start, path),
            SettingKind.List => List(declared, element, node, path),
            _ => Scalar(element, node, path),
        };
    }

    private object Section(Type type, SettingNode node, object? start, string path)
    {
        if (node is SectionNode section)
        {
            return BindSection(type, section, start, path + ".");
        }
        if (node is ScalarNode { IsEmpty: true })
        {
            return BindSection(type, new SectionNode([], node.Origin), start, path + ".");
        }
        errors.Add(node.Origin, $"'{path}' must be a section of 'name: value' lines, not {ScalarValue.Shown(node)}");
        return Failed;
    }

    private object Scalar(Type type, SettingNode node, string path)
    {
        if (
            node is not ScalarNode scalar
            || (scalar.IsEmpty && type != typeof(string))
            || scalar.IsNull
            || (scalar.IsEmpty && !scalar.IsQuoted)
        )
        {
            errors.Add(node.Origin, $"'{path}' must be {ScalarValue.Describe(type)}, not {ScalarValue.Shown(node)}");
            return Failed;
        }
        if (ScalarValue.TryRead(scalar, type, out var value, out var problem))
        {
            return value!;
        }
        errors.Add(node.Origin, $"'{path}' {problem}");
        return Failed;
    }

    private object List(Type declared, Type element, SettingNode node, string path)
    {
        IReadOnlyList<SettingNode> items;
        switch (node)
        {
            case ListNode list:
                items = list.Items;
                break;
            case ScalarNode { IsEmpty: false, IsNull: false } scalar when SettingShape.Of(element).Kind == SettingKind.Scalar:
                // One value is a list of one; "9,672" from a command line is two.
                items =
                    scalar.Origin.Line == 0 && !scalar.IsQuoted
                        ?
                        [
                            .. scalar
                                .Text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                                .Select(text => scalar with { Text = text }),
                        ]
                        : [scalar];
                break;
            default:
                errors.Add(node.Origin, $"'{path}' must be a list, such as [a, b], not {ScalarValue.Shown(node)}");
                return Failed;
        }
        var values = new object?[items.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Value(element, items[i], start: null, $"{path}[{i}]");
        }
        if (values.Contains(Failed))
        {
            return Failed;
        }
        var array = Array.CreateInstance(element, values.Length);
        Array.Copy(values, array, values.Length);
        return declared.IsGenericType && declared.GetGenericTypeDefinition() == typeof(List<>)
            ? Activator.CreateInstance(declared, array)!
            : array;
    }

    private object Dictionary(Type declared, Type element, SettingNode node, object? start, string path)
    {
        if (node is not SectionNode section)
        {
            errors.Add(node.Origin, $"'{path}' must be a section of 'name: value' lines, not {ScalarValue.Shown(node)}");
            return Failed;
        }
        // Sorted, so that what is built from the settings never depends on the order of lines in a file.
        var entries = new SortedDictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in Existing(start))
        {
            entries[name] = value;
        }
        var failed = false;
        foreach (var entry in section.Entries)
        {
            if (entry.Value is ScalarNode { IsNull: true })
            {
                entries.Remove(entry.Name);
                continue;
            }
            if (SettingShape.Of(element).Kind == SettingKind.Section && !IsPlainName(entry.Name))
            {
                errors.Add(entry.NameOrigin, $"'{path}.{entry.Name}' is not a name; use letters, digits, '-' and '_'");
                failed = true;
                continue;
            }
            var value = Value(element, entry.Value, entries.GetValueOrDefault(entry.Name), $"{path}.{entry.Name}");
            failed |= ReferenceEquals(value, Failed);
            entries[entry.Name] = value;
        }
        return failed ? Failed : RecordBuilder.Dictionary(declared, element, entries);
    }

    private static IEnumerable<(string Name, object? Value)> Existing(object? dictionary)
    {
        if (dictionary is IDictionary entries)
        {
            foreach (DictionaryEntry entry in entries)
            {
                yield return ((string)entry.Key, entry.Value);
            }
        }
    }

    private static bool IsPlainName(string name) =>
        name.Length is > 0 and <= 64 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');
}
