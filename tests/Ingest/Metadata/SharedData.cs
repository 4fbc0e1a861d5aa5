using NUnit.Framework;

namespace CranePipeline.Ingest.Tests.Metadata;

/// <summary>Public data sets beside the repository; a test that needs them is skipped where they are not.</summary>
internal static class SharedData
{
    public static string Folder
    {
        get
        {
            string? named = Environment.GetEnvironmentVariable("CRANE_SHARED_DATA");
            for (
                DirectoryInfo? at = new(TestContext.CurrentContext.TestDirectory);
                named is null && at is not null;
                at = at.Parent
            )
            {
                string candidate = Path.Combine(at.FullName, "shared", "data");
                named = Directory.Exists(candidate) ? candidate : null;
            }

            if (named is null || !Directory.Exists(named))
            {
                Assert.Ignore("shared data not present");
            }

            return named!;
        }
    }
}
