using NUnit.Framework;

namespace CranePipeline.Ingest.Tests;

/// <summary>Finds the folder of real data beside the repository; tests that need it are skipped without it.</summary>
internal static class SharedData
{
    public static string Folder()
    {
        string? given = Environment.GetEnvironmentVariable("CRANE_SHARED_DATA");
        if (given is not null && Directory.Exists(given))
        {
            return given;
        }

        for (DirectoryInfo? folder = new(TestContext.CurrentContext.TestDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "shared", "data");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        Assert.Ignore("shared data not present");
        return "";
    }
}
