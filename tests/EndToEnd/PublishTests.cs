using System.Diagnostics;
using System.Runtime.InteropServices;

namespace CranePipeline.EndToEnd.Tests;

/// <summary>A published folder is the whole program: it runs away from the repository, with the settings it ships with.</summary>
public sealed class PublishTests
{
    private const long MostBytes = 250_000_000;
    private static readonly string[] Stages = ["ingest", "split"];

    private Workspace elsewhere = null!;
    private string published = "";

    [OneTimeSetUp]
    public void Publish()
    {
        elsewhere = new Workspace();
        published = Path.Combine(elsewhere.Folder, "published");
        // …/bin/Release/net10.0/: what was built for this test run is what is published, without building again.
        string configuration = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)).Parent!.Name;
        Outcome publish = Dotnet(
            elsewhere.Folder,
            ["publish", Path.Combine(Workspace.Repository, "pipeline"), "--no-build", "-c", configuration, "-o", published]
        );
        Assert.That(publish.ExitCode, Is.Zero, publish.Output + publish.Error);
    }

    [OneTimeTearDown]
    public void Clean() => elsewhere.Dispose();

    [Test]
    public void A_published_folder_runs_by_itself()
    {
        using var workspace = new Workspace();

        Outcome outcome = RunPublished(workspace, workspace.Small("all", "-Store", workspace.Store, "-Json"));

        Assert.That(outcome.ExitCode, Is.Zero, outcome.Output + outcome.Error);
        Assert.That(outcome.States().Keys, Is.SupersetOf(Stages));
        Assert.That((double)outcome.Json()["metrics"]!["recall@20"]!, Is.Positive);
        Assert.That(Path.Combine(workspace.ArtifactOf("report"), "report.html"), Does.Exist);
    }

    [Test]
    public void A_run_on_the_cpu_engine_does_without_TorchSharp()
    {
        using var workspace = new Workspace();
        string[] files = ["TorchSharp.dll", "CranePipeline.Tensors.Torch.dll"];
        string aside = Directory.CreateDirectory(Path.Combine(workspace.Folder, "aside")).FullName;
        try
        {
            Move(published, aside);

            Outcome outcome = RunPublished(workspace, workspace.Small("train", "-Store", workspace.Store));

            Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        }
        finally
        {
            Move(aside, published);
        }

        void Move(string from, string to) =>
            Array.ForEach(files, file => File.Move(Path.Combine(from, file), Path.Combine(to, file)));
    }

    [TestCase("cuda", "-p:Torch=cuda-linux")]
    [TestCase("torch-cpu", "-p:Torch=cpu")]
    public void A_device_whose_native_library_is_not_there_is_told_before_any_work(string device, string remedy)
    {
        using var workspace = new Workspace();

        Outcome outcome = RunPublished(workspace, workspace.Small("all", "-Store", workspace.Store, "-Device", device));

        Assert.That(outcome.ExitCode, Is.EqualTo(1));
        Assert.That(outcome.Output, Is.Empty);
        Assert.That(outcome.Error.TrimEnd().Split('\n'), Has.Length.EqualTo(1), outcome.Error);
        Assert.That(outcome.Error, Does.Contain($"error: -Device {device}: this build is without libtorch;").And.Contain(remedy));
        Assert.That(Directory.EnumerateFiles(workspace.Folder, "*", SearchOption.AllDirectories), Is.Empty);
    }

    [Test]
    public void A_missing_native_library_is_told_in_one_line_and_only_where_it_is_needed()
    {
        string library = Directory
            .GetFiles(published, "*onnxruntime.*")
            .Single(file => !file.EndsWith("OnnxRuntime.dll", StringComparison.Ordinal));
        string elsewhereNow = Path.Combine(elsewhere.Folder, Path.GetFileName(library));
        File.Move(library, elsewhereNow);
        try
        {
            using var workspace = new Workspace();
            string[] hashed = workspace.Small("features", "-Store", workspace.Store);
            Outcome without = RunPublished(workspace, hashed);
            Outcome needed = RunPublished(workspace, [.. hashed, "-Set", "modalities.textual.encoder=minilm"]);

            Assert.That(without.ExitCode, Is.Zero, without.Output + without.Error);
            Assert.That(needed.ExitCode, Is.EqualTo(1), needed.Output + needed.Error);
            string told = needed.Error.TrimEnd().Split('\n').Single(line => line.Contains("error: ", StringComparison.Ordinal));
            Assert.That(told, Does.Contain("onnxruntime").And.Contain("'encoder: hashed'"));
        }
        finally
        {
            File.Move(elsewhereNow, library);
        }
    }

    [Test]
    public void A_self_contained_folder_is_below_250_MB_and_runs_without_dotnet()
    {
        if (RuntimeInformation.RuntimeIdentifier != "linux-x64")
        {
            Assert.Ignore("the folder is made for linux-x64 and this system is another");
        }

        using var workspace = new Workspace();
        string alone = Path.Combine(workspace.Folder, "published");
        string pipeline = Path.Combine(Workspace.Repository, "pipeline");
        Outcome publish = Dotnet(
            workspace.Folder,
            ["publish", pipeline, "-c", "Release", "-r", "linux-x64", "--self-contained", "-o", alone]
        );
        Assert.That(publish.ExitCode, Is.Zero, publish.Output + publish.Error);
        long bytes = new DirectoryInfo(alone).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        Assert.That(bytes, Is.LessThan(MostBytes));

        Outcome outcome = Run(
            Path.Combine(alone, "CranePipeline"),
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

    private Outcome RunPublished(Workspace workspace, string[] arguments) =>
        Dotnet(workspace.Folder, [Path.Combine(published, "CranePipeline.dll"), .. arguments]);

    private static Outcome Dotnet(string folder, string[] arguments) => Run("dotnet", folder, arguments, static start => { });

    private static Outcome Run(string program, string folder, string[] arguments, Action<ProcessStartInfo> change)
    {
        ProcessStartInfo start = Workspace.Captured(program, folder, arguments);
        change(start);
        return Workspace.Wait(Process.Start(start)!);
    }
}
