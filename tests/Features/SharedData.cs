namespace CranePipeline.Features.Tests;

/// <summary>Real data beside the repository, where a machine has it.</summary>
internal static class SharedData
{
    internal static string Require(string relativePath)
    {
        string? root = Environment.GetEnvironmentVariable("CRANE_SHARED_DATA");
        for (
            DirectoryInfo? folder = new(TestContext.CurrentContext.TestDirectory);
            root is null && folder is not null;
            folder = folder.Parent
        )
        {
            string candidate = Path.Combine(folder.FullName, "shared", "data");
            root = Directory.Exists(candidate) ? candidate : null;
        }

        string? path = root is null ? null : Path.Combine(root, relativePath);
        if (path is null || !File.Exists(path))
        {
            Assert.Ignore("shared data not present");
        }

        return path!;
    }
}
