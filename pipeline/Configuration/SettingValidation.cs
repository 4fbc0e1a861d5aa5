using System.ComponentModel.DataAnnotations;
using System.Reflection;
using CranePipeline.Tables;

namespace CranePipeline.Configuration;

/// <summary>
/// What options check by themselves because no single range can: as <see cref="IValidatableObject"/>, or with a parameterless
/// <c>Validate()</c> that throws.
/// </summary>
internal static class SettingValidation
{
    /// <summary>Whether the value holds together; what does not is reported at the place it was written at.</summary>
    /// <param name="errors">Where mistakes are gathered.</param>
    /// <param name="value">A bound section.</param>
    /// <param name="section">What was written.</param>
    /// <param name="prefix">What messages put before names.</param>
    internal static bool Check(ConfigurationErrors errors, object value, SectionNode section, string prefix)
    {
        var valid = true;
        if (value.GetType().GetMethod("Validate", Type.EmptyTypes) is { } validate && validate.ReturnType == typeof(void))
        {
            try
            {
                validate.Invoke(value, null);
            }
            catch (TargetInvocationException exception) when (exception.InnerException is InputException cause)
            {
                errors.Add(section.Origin, cause.Message.TrimEnd('.'));
                valid = false;
            }
        }
        if (value is IValidatableObject validatable)
        {
            foreach (
                var result in validatable
                    .Validate(new ValidationContext(value))
                    .Where(result => result != ValidationResult.Success)
            )
            {
                var member = result.MemberNames.Select(SettingSchema.NameOf).FirstOrDefault();
                var origin = member is null ? section.Origin : section.Find(member)?.Origin ?? section.Origin;
                errors.Add(origin, $"'{(prefix + member).TrimEnd('.')}' {result.ErrorMessage}");
                valid = false;
            }
        }
        return valid;
    }
}
