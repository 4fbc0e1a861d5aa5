namespace CranePipeline.Configuration;

/// <summary>What a setting's declared type looks like in a settings file.</summary>
internal enum SettingKind
{
    /// <summary>One value.</summary>
    Scalar,

    /// <summary>A list.</summary>
    List,

    /// <summary>A section whose names are the user's (modalities).</summary>
    Dictionary,

    /// <summary>A section with known names.</summary>
    Section,
}

/// <summary>Tells scalars, lists, dictionaries and sections apart by their .NET type.</summary>
internal static class SettingShape
{
    private static readonly HashSet<Type> ListInterfaces =
    [
        typeof(IReadOnlyList<>),
        typeof(IReadOnlyCollection<>),
        typeof(IEnumerable<>),
        typeof(IList<>),
        typeof(ICollection<>),
        typeof(List<>),
    ];

    private static readonly HashSet<Type> DictionaryTypes =
    [
        typeof(IReadOnlyDictionary<,>),
        typeof(IDictionary<,>),
        typeof(Dictionary<,>),
        typeof(SortedDictionary<,>),
    ];

    /// <summary>The kind of a type, and the type of its elements where it has any.</summary>
    /// <exception cref="ArgumentException">A settings record uses a type that YAML cannot be bound to.</exception>
    public static (SettingKind Kind, Type Element) Of(Type declared)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (type.IsEnum || type == typeof(string) || type == typeof(decimal) || (type.IsPrimitive && type != typeof(IntPtr)))
        {
            return (SettingKind.Scalar, type);
        }
        if (type.IsArray)
        {
            return (SettingKind.List, type.GetElementType()!);
        }
        if (type.IsGenericType)
        {
            var definition = type.GetGenericTypeDefinition();
            var arguments = type.GetGenericArguments();
            if (ListInterfaces.Contains(definition))
            {
                return (SettingKind.List, arguments[0]);
            }
            if (DictionaryTypes.Contains(definition) && arguments[0] == typeof(string))
            {
                return (SettingKind.Dictionary, arguments[1]);
            }
        }
        if (
            type is { IsClass: true, IsAbstract: false }
            && type.Namespace?.StartsWith("System", StringComparison.Ordinal) != true
        )
        {
            return (SettingKind.Section, type);
        }
        throw new ArgumentException($"a settings record cannot have a member of type {declared}", nameof(declared));
    }
}
