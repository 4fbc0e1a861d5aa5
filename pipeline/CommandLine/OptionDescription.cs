namespace CranePipeline.CommandLine;

/// <summary>How many values a parameter takes.</summary>
internal enum OptionArity
{
    /// <summary>None: it is there or not.</summary>
    Flag,

    /// <summary>One.</summary>
    Single,

    /// <summary>One or more, parted by commas or spaces, or by giving the parameter again.</summary>
    List,
}

/// <summary>A parameter of the command line.</summary>
/// <param name="Name">Its name as PowerShell spells it, without the dash: "Dataset".</param>
/// <param name="Arity">How many values it takes.</param>
/// <param name="Value">What stands for its value in the help, such as "NAME"; empty for a flag.</param>
/// <param name="Summary">What it does.</param>
/// <param name="Stages">The stages it is for where it is not for all; a version without any of them does not have the parameter.</param>
internal sealed record OptionDescription(
    string Name,
    OptionArity Arity,
    string Value,
    string Summary,
    IReadOnlyList<string>? Stages = null
)
{
    /// <summary>The usual spelling: "--dataset".</summary>
    public string LongName => "--" + Name.ToLowerInvariant();
}
