using CranePipeline.Tables;

namespace CranePipeline.Configuration;

/// <summary>A setting given on the command line, above every file.</summary>
/// <param name="Path">Its dotted path, such as "train.rounds".</param>
/// <param name="Value">Its value: a scalar, or a list or section as YAML's flow style has them.</param>
/// <param name="Source">The parameter, as messages and <c>-Stage config</c> name it.</param>
internal sealed record SettingOverride(string Path, string Value, string Source)
{
    /// <summary>Whether models differ in having it: a training setting, or values to search one among.</summary>
    public bool IsOfModel => Path.Split('.')[0] is "train" or "search";

    /// <summary>Reads "key=value" as given to <c>-Set</c>.</summary>
    /// <exception cref="InputException">There is no key or no equals sign.</exception>
    public static SettingOverride Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var path = equals < 0 ? "" : text[..equals].Trim();
        if (path.Length == 0 || path.Split('.').Any(name => name.Length == 0))
        {
            throw new InputException($"-Set {text}: write a setting as key=value, such as -Set train.rounds=2");
        }
        return new SettingOverride(path, text[(equals + 1)..], $"-Set {path}");
    }

    /// <summary>The override as a tree of its own.</summary>
    public SectionNode ToTree(ConfigurationErrors errors)
    {
        var origin = new SettingOrigin(Source, 0);
        var node = YamlSettings.ReadValue(Value, Source, errors);
        foreach (var name in Path.Split('.').Reverse())
        {
            node = new SectionNode([new SettingEntry(name, origin, node)], origin);
        }
        return (SectionNode)node;
    }
}
