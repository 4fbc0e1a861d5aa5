using System.Collections.Concurrent;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace CranePipeline.Configuration;

/// <summary>The settings of a record or settings class: its public properties that can be set, in the order declared.</summary>
internal sealed class SettingSchema
{
    private static readonly ConcurrentDictionary<(Type Type, Type? Choice), SettingSchema> Known = new();
    private readonly Type? _choice;
    private static readonly Lock NullabilityLock = new();
    private static readonly NullabilityInfoContext Nullability = new();

    private SettingSchema(Type type, Type? choice)
    {
        Type = type;
        _choice = choice;
        Members =
        [
            .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(IsSetting)
                .Select(property => Member(property, choice)),
        ];
    }

    /// <summary>The record or class described.</summary>
    public Type Type { get; }

    /// <summary>Its settings; an inline member stands for its own members.</summary>
    public IReadOnlyList<SettingMember> Members { get; }

    /// <summary>Every name that may be written in the section, those of inline members among them.</summary>
    public IEnumerable<string> Names =>
        Members.SelectMany(member => member.IsInline ? Of(member.Type, _choice).Names : [member.Name]);

    /// <summary>The description of a type.</summary>
    /// <param name="type">The record or class.</param>
    /// <param name="choice">What an abstract inline member is, such as a model's options; without it the member has no settings.</param>
    public static SettingSchema Of(Type type, Type? choice = null) =>
        Known.GetOrAdd((type, choice), static key => new SettingSchema(key.Type, key.Choice));

    /// <summary>Whether a tree of this type has an abstract inline member, for which a choice is needed.</summary>
    public static bool NeedsChoice(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(IsSetting)
            .Select(property => property.PropertyType)
            .Any(member =>
                member is { IsClass: true, IsAbstract: true }
                || (
                    member is { IsClass: true, IsAbstract: false }
                    && SettingShape.Of(member).Kind == SettingKind.Section
                    && NeedsChoice(member)
                )
            );

    /// <summary>The name a property or enum member has in a settings file.</summary>
    public static string NameOf(string member) => JsonNamingPolicy.CamelCase.ConvertName(member);

    /// <summary>The member of that name, looked for in inline members too; null where there is none.</summary>
    public SettingMember? Find(string name)
    {
        foreach (var member in Members)
        {
            if (member.IsInline)
            {
                if (Of(member.Type, _choice).Find(name) is { } inner)
                {
                    return inner;
                }
            }
            else if (member.Name == name)
            {
                return member;
            }
        }
        return null;
    }

    private static bool IsSetting(PropertyInfo property) =>
        property.GetIndexParameters().Length == 0
        && property.GetMethod is { IsPublic: true }
        && property.SetMethod is { IsPublic: true };

    private static SettingMember Member(PropertyInfo property, Type? choice)
    {
        bool isNullable;
        lock (NullabilityLock)
        {
            // F# and unannotated code say nothing about null, so null is let through there.
            isNullable = Nullability.Create(property).WriteState != NullabilityState.NotNull;
        }
        return new SettingMember(
            NameOf(property.Name),
            property,
            property.PropertyType.IsAbstract && property.PropertyType.IsAssignableFrom(choice) ? choice : property.PropertyType,
            isNullable,
            property.IsDefined(typeof(RequiredMemberAttribute)) || property.IsDefined(typeof(RequiredAttribute)),
            property.IsDefined(typeof(InlineAttribute)),
            [.. property.GetCustomAttributes<ValidationAttribute>(inherit: true).Where(rule => rule is not RequiredAttribute)],
            property.GetCustomAttribute<AmbientValueAttribute>()?.Value as string,
            property.GetCustomAttribute<DefaultValueAttribute>()
        );
    }
}
