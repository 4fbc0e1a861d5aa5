namespace CranePipeline.Tables.Tests;

/// <summary>Where the files made by other tools lie.</summary>
internal static class GoldenFiles
{
    public static string Folder { get; } = Path.Combine(Path.GetDirectoryName(typeof(GoldenFiles).Assembly.Location)!, "Golden");
}
