namespace CranePipeline.Configuration;

/// <summary>Which settings to load.</summary>
internal sealed record ConfigurationRequest
{
    /// <summary>The folder that holds <c>pipeline.yaml</c>, <c>models/</c> and <c>datasets/</c>; null to look for it.</summary>
    public string? Folder { get; init; }

    /// <summary>The data set, which names <c>datasets/&lt;name&gt;.yaml</c>; null where the stage needs none.</summary>
    public string? Dataset { get; init; }

    /// <summary>Settings from the command line, later ones over earlier ones.</summary>
    public IReadOnlyList<SettingOverride> Overrides { get; init; } = [];
}
