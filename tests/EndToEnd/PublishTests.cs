using System.Diagnostics;

namespace CranePipeline.EndToEnd.Tests;

/// <summary>A published folder is the whole program: it runs away from the repository, with the settings it ships with.</summary>
public sealed class PublishTests
{
    private static readonly string[] Stages = ["ingest", "split"];

    private string configuration = "";

    [SetUp]
    public void FindConfiguration()
    {
        // …/bin/Release/net10.0/: what was built for this test run is what is published, without building again.
        configuration = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)).Parent!.Name;
    }

    [Test]
    public void A_published_folder_runs_by_itself()
    {
        using var workspace = new Workspace();
        string published = Path.Combine(workspace.Folder, "published");
        Outcome publish = Run(
            workspace.Folder,
            ["publish", Path.Combine(Workspace.Repository, "pipeline"), "--no-build", "-c", configuration, "-o", published]
        );
        Assert.That(publish.ExitCode, Is.Zero, publish.Output + publish.Error);

        string program = Path.Combine(published, "CranePipeline.dll");
        Outcome outcome = Run(workspace.Folder, [program, .. workspace.Small("split", "-Store", workspace.Store, "-Json")]);

        Assert.That(outcome.ExitCode, Is.Zero, outcome.Output + outcome.Error);
        Assert.That(outcome.States().Keys, Is.SupersetOf(Stages));
    }

    private static Outcome Run(string folder, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Workspace.Wait(Process.Start(start)!);
    }
}
