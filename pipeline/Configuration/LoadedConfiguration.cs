namespace CranePipeline.Configuration;

/// <summary>Settings bound to their record, with where every one of them came from.</summary>
/// <param name="Settings">The bound record.</param>
/// <param name="Tree">The merged tree; a setting that is not in it has its built-in default.</param>
/// <param name="Layers">The layers that were merged, lowest first, as messages name them.</param>
internal sealed record LoadedConfiguration<TRoot>(TRoot Settings, SectionNode Tree, IReadOnlyList<string> Layers)
    where TRoot : class
{
    /// <summary>Where the setting at a dotted path came from.</summary>
    public SettingOrigin OriginOf(string path) => Tree.Find(path)?.Origin ?? SettingOrigin.Default;
}
