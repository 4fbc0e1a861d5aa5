namespace CranePipeline.Configuration;

/// <summary>The members of this property are settings of the section the property stands in, not of a section of their own.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class InlineAttribute : Attribute;
