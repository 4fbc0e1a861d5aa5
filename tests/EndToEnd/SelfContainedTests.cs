using System.Diagnostics;
using System.Runtime.InteropServices;

namespace CranePipeline.EndToEnd.Tests;

/// <summary>
/// The folder that <c>dotnet publish pipeline -c Release -r linux-x64 --self-contained</c> makes, for machines without .NET.
/// </summary>
public sealed class SelfContainedTests
{
    private const long MostBytes = 250_000_000;

    [Test]
    public void A_self_contained_folder_is_below_250_MB_and_runs_without_dotnet()
    {
        if (RuntimeInformation.RuntimeIdentifier != "linux-x64")
        {
            Assert.Ignore("the folder is made for linux-x64 and this system is another");
        }

        using var workspace = new Workspace();
        string published = Path.Combine(workspace.Folder, "published");
        string pipeline = Path.Combine(Workspace.Repository, "pipeline");
        Outcome publish = Run(
            "dotnet",
            workspace.Folder,
            ["publish", pipeline, "-c", "Release", "-r", "linux-x64", "--self-contained", "-o", published],
            start => { }
        );
        Assert.That(publish.ExitCode, Is.Zero, publish.Output + publish.Error);
        long bytes = new DirectoryInfo(published).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        Assert.That(bytes, Is.LessThan(MostBytes));

        Outcome outcome = Run(
            Path.Combine(published, "CranePipeline"),
            workspace.Folder,
            workspace.Small("all", "-Store", workspace.Store, "-Json"),
            start =>
            {
                // No .NET is to be found, neither by the path nor where it would be looked for.
                start.Environment["PATH"] = workspace.Folder;
                start.Environment["DOTNET_ROOT"] = workspace.Folder;
            }
        );

        Assert.That(outcome.ExitCode, Is.Zero, outcome.Output + outcome.Error);
        Assert.That((double)outcome.Json()["metrics"]!["recall@20"]!, Is.Positive);
    }

    private static Outcome Run(string program, string folder, string[] arguments, Action<ProcessStartInfo> change)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        change(start);
        return Workspace.Wait(Process.Start(start)!);
    }
}
