namespace CranePipeline.Configuration;

/// <summary>Where a setting was written: a line of a file, a command-line parameter, or nowhere (the built-in default).</summary>
/// <param name="Source">A file as a person would name it, a parameter such as "-Set train.rounds=4", or "default".</param>
/// <param name="Line">The line in the file, from 1; 0 where there is none.</param>
internal readonly record struct SettingOrigin(string Source, int Line)
{
    /// <summary>The built-in default.</summary>
    public static SettingOrigin Default { get; } = new("default", 0);

    /// <summary>"conf/datasets/tiktok.yaml:7", or the source alone.</summary>
    public override string ToString() => Line > 0 ? $"{Source}:{Line}" : Source;
}
