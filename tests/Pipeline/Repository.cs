namespace CranePipeline.Pipeline.Tests;

/// <summary>The repository this test project stands in.</summary>
internal static class Repository
{
    /// <summary>Its root folder.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "CranePipeline.sln")))
            {
                return folder.FullName;
            }
        }
        throw new InvalidOperationException($"no CranePipeline.sln above {AppContext.BaseDirectory}");
    }
}
