using System.Diagnostics;
using NUnit.Framework;

namespace CranePipeline.Tensors.Torch.Tests;

/// <summary>The program itself on this engine: every model it ships with trains, and as on the cpu engine.</summary>
internal sealed class HostTests
{
    private static readonly string[] Small =
    [
        "generate.users=300",
        "generate.items=120",
        "generate.interactions=3000",
        "generate.malformedLines=0",
        "modalities.visual.reduce=64",
        "train.epochs=1",
    ];

    private string folder = "";

    /// <summary>Every model of conf/models.</summary>
    public static IEnumerable<string> Models =>
        Directory
            .EnumerateFiles(Path.Combine(Repository, "conf", "models"), "*.yaml")
            .Select(Path.GetFileNameWithoutExtension)
            .Order()!;

    private static string Repository { get; } = FindRepository();

    [OneTimeSetUp]
    public void Prepare()
    {
        Devices.Require();
        folder = Directory.CreateTempSubdirectory("crane-torch-").FullName;
    }

    [OneTimeTearDown]
    public void Clean()
    {
        if (folder.Length > 0)
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestCaseSource(nameof(Models))]
    public void A_model_trains_an_epoch_that_ends_as_on_the_cpu_engine(string model)
    {
        string[] settings = [.. Small.SelectMany(setting => (string[])["-Set", setting])];

        (int trained, string _, string error) = Run(["-Stage", "train", "-Model", model, .. settings]);
        (int compared, string table, string difference) = Run(["-Stage", "compare-engines", "-Model", model, .. settings]);

        Assert.That(trained, Is.Zero, error);
        Assert.That(compared, Is.Zero, table + difference);
        Assert.That(table, Does.Contain("recall@20"));
    }

    [Test]
    public void The_whole_sample_gives_the_losses_of_the_cpu_engine()
    {
        (int compared, string table, string error) = Run(["-Stage", "compare-engines"]);

        Assert.That(compared, Is.Zero, table + error);
        Assert.That(table, Does.Contain("torch-cpu").And.Contain("ndcg@20"));
    }

    [Test]
    public void Features_at_half_width_are_refused_in_a_line()
    {
        string[] settings = [.. Small.SelectMany(setting => (string[])["-Set", setting])];

        (int exitCode, string _, string error) = Run(["-Stage", "train", "-Set", "train.featurePrecision=float16", .. settings]);

        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(error, Does.Contain("float16 is not to be had on device torch-cpu").And.Contain("-Device cpu"));
        Assert.That(error, Does.Not.Contain("   at "));
    }

    private (int ExitCode, string Output, string Error) Run(string[] arguments)
    {
        // The dotnet that runs the tests, which may be one with a newer C++ runtime than the installed one.
        var start = new ProcessStartInfo(
            Environment.ProcessPath!,
            [
                Path.Combine(AppContext.BaseDirectory, "CranePipeline.dll"),
                .. arguments,
                "-Dataset",
                "sample",
                "-Seed",
                "9",
                "-Device",
                "torch-cpu",
                "-Conf",
                Path.Combine(Repository, "conf"),
                "-Store",
                Path.Combine(folder, "store"),
                "-Data",
                Path.Combine(folder, "data"),
            ]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string search =
            OperatingSystem.IsWindows() ? "PATH"
            : OperatingSystem.IsMacOS() ? "DYLD_LIBRARY_PATH"
            : "LD_LIBRARY_PATH";
        start.Environment[search] = string.Join(
            Path.PathSeparator,
            [.. Devices.Folders, start.Environment.TryGetValue(search, out string? before) ? before : ""]
        );
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    private static string FindRepository()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CranePipeline.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("the repository is not above the tests");
    }
}
