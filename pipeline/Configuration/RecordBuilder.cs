using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace CranePipeline.Configuration;

/// <summary>
/// Makes one settings object: a copy of an existing one, or a new one through its parameterless constructor, or through a record's
/// primary constructor, with the bound members set.
/// </summary>
internal sealed class RecordBuilder
{
    private readonly Type _type;
    private readonly object? _start;
    private readonly ConstructorInfo? _primary;

    public RecordBuilder(Type type, object? start)
    {
        _type = type;
        if (start is not null)
        {
            _start = start;
        }
        else if (type.GetConstructor(Type.EmptyTypes) is { } parameterless)
        {
            _start = parameterless.Invoke(null);
        }
        else
        {
            _primary = type.GetConstructors()
                .Where(constructor => !IsCopy(constructor))
                .MaxBy(constructor => constructor.GetParameters().Length);
            if (_primary is null)
            {
                throw new ArgumentException($"{type} has no public constructor to make its settings with", nameof(type));
            }
        }
    }

    /// <summary>The value a member has where nothing sets it.</summary>
    public object? Default(SettingMember member) => _start is null ? null : member.Property.GetValue(_start);

    /// <summary>Whether the object cannot be made without a value for this member.</summary>
    public bool Needs(SettingMember member) =>
        _primary is not null
        && Array.Find(_primary.GetParameters(), parameter => IsFor(parameter, member)) is { HasDefaultValue: false }
        && !member.IsNullable;

    /// <summary>The object, or null with the reason where its own constructor or setters refuse the values.</summary>
    public object? Build(IReadOnlyDictionary<SettingMember, object?> values, out string problem)
    {
        problem = "";
        try
        {
            var built = _primary is null ? Copy() : Construct(values);
            foreach (var (member, value) in values)
            {
                member.Property.SetValue(built, value);
            }
            return built;
        }
        catch (TargetInvocationException exception) when (exception.InnerException is { } cause)
        {
            problem = cause.Message;
            return null;
        }
    }

    /// <summary>A dictionary of the declared type with the entries in ordinal order of their names.</summary>
    public static object Dictionary(Type declared, Type element, IReadOnlyDictionary<string, object?> entries)
    {
        var definition =
            declared.GetGenericTypeDefinition() == typeof(Dictionary<,>) ? typeof(Dictionary<,>) : typeof(SortedDictionary<,>);
        var dictionary = (System.Collections.IDictionary)
            Activator.CreateInstance(definition.MakeGenericType(typeof(string), element), StringComparer.Ordinal)!;
        foreach (var (name, value) in entries)
        {
            dictionary.Add(name, value);
        }
        return dictionary;
    }

    // Every record has this method; a settings class without it is copied member by member.
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "The host is not trimmed.")]
    private object Copy()
    {
        if (_type.GetMethod("<Clone>$") is { } clone)
        {
            return clone.Invoke(_start, null)!;
        }
        var copy = Activator.CreateInstance(_type)!;
        foreach (var member in SettingSchema.Of(_type).Members)
        {
            member.Property.SetValue(copy, member.Property.GetValue(_start));
        }
        return copy;
    }

    private object Construct(IReadOnlyDictionary<SettingMember, object?> values)
    {
        var parameters = _primary!.GetParameters();
        var arguments = new object?[parameters.Length];
        for (var i = 0; i < parameters.Length; i++)
        {
            var parameter = parameters[i];
            var member = values.Keys.FirstOrDefault(candidate => IsFor(parameter, candidate));
            arguments[i] =
                member is not null ? values[member]
                : parameter.HasDefaultValue ? parameter.DefaultValue
                : parameter.ParameterType.IsValueType ? Activator.CreateInstance(parameter.ParameterType)
                : null;
        }
        return _primary.Invoke(arguments);
    }

    private bool IsCopy(ConstructorInfo constructor) => constructor.GetParameters() is [var only] && only.ParameterType == _type;

    private static bool IsFor(ParameterInfo parameter, SettingMember member) =>
        string.Equals(parameter.Name, member.Property.Name, StringComparison.OrdinalIgnoreCase);
}
