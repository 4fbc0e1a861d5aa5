namespace CranePipeline.Tables.Tests;

/// <summary>Where the files made by other tools lie.</summary>
internal static class GoldenFiles
{
    public static string Folder { get; } = Path.Combine(Path.GetDirectoryName(typeof(GoldenFiles).Assembly.Location)!, "Golden");

    public static IEnumerable<string> Parquet() => Named("*.parquet");

    public static IEnumerable<string> Npy() => Named("*.npy");

    private static IOrderedEnumerable<string> Named(string pattern) =>
        Directory.GetFiles(Folder, pattern).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal);
}
