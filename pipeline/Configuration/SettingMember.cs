using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;

namespace CranePipeline.Configuration;

/// <summary>One setting of a section.</summary>
/// <param name="Name">Its name in a settings file.</param>
/// <param name="Property">The property that holds it.</param>
/// <param name="Type">Its type: the property's, or the one chosen for it where that is abstract.</param>
/// <param name="IsNullable">Whether it may be null.</param>
/// <param name="IsRequired">Whether some layer must write it.</param>
/// <param name="IsInline">Whether its members stand in the section itself.</param>
/// <param name="Rules">What values it may have.</param>
/// <param name="Ambient">The word that is written for null where the value is to follow from something else, such as auto; or null.</param>
/// <param name="Earlier">What versions without the setting did (<see cref="CanonicalJson.ForKeys"/>); or null.</param>
internal sealed record SettingMember(
    string Name,
    PropertyInfo Property,
    Type Type,
    bool IsNullable,
    bool IsRequired,
    bool IsInline,
    IReadOnlyList<ValidationAttribute> Rules,
    string? Ambient = null,
    DefaultValueAttribute? Earlier = null
);
