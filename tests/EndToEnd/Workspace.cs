using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace CranePipeline.EndToEnd.Tests;

/// <summary>Runs the real program as a user would, in a folder of its own.</summary>
internal sealed class Workspace : IDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "CranePipeline.dll");

    public Workspace()
    {
        Folder = Directory.CreateTempSubdirectory("crane-").FullName;
    }

    public string Folder { get; }

    /// <summary>Where results go, in the workspace unless a test says otherwise.</summary>
    public string Store
    {
        get => field ?? Path.Combine(Folder, "store");
        init;
    }

    /// <summary>Where raw files go; not there until something is generated.</summary>
    public string Data
    {
        get => field ?? Path.Combine(Folder, "data");
        init;
    }

    /// <summary>Environment variables for the program, over those of this process.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>The settings folder: the repository's own, unless a test has one of its own.</summary>
    public string Conf { get; private set; } = Path.Combine(Repository, "conf");

    /// <summary>The repository's folder, found by its solution file.</summary>
    public static string Repository { get; } = FindUpwards(AppContext.BaseDirectory, "CranePipeline.sln");

    /// <summary>Starts the program; standard output and error are read to their ends.</summary>
    public Process Start(params string[] arguments)
    {
        ProcessStartInfo start = Captured("dotnet", Folder, [Program, "-Conf", Conf, "-Store", Store, .. arguments]);
        foreach ((string name, string value) in Variables)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>How to start a program in a folder so that <see cref="Wait"/> has what it writes.</summary>
    public static ProcessStartInfo Captured(string program, string folder, string[] arguments) =>
        new(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };

    /// <summary>Runs the program to its end.</summary>
    public Outcome Run(params string[] arguments) => Wait(Start(arguments));

    /// <summary>Runs the program through a shell, with something before it and redirections behind it.</summary>
    public Outcome RunInShell(string before, string redirections, params string[] arguments) =>
        Wait(Process.Start(Captured("/bin/bash", Folder, ["-c", $"{before} {Command(arguments)} {redirections}"]))!);

    private string Command(string[] arguments) =>
        string.Join(
            ' ',
            ((string[])["dotnet", Program, "-Conf", Conf, "-Store", Store, .. arguments]).Select(part => $"'{part}'")
        );

    public static Outcome Wait(Process process)
    {
        using (process)
        {
            Task<string> error = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return new Outcome(process.ExitCode, output, error.Result);
        }
    }

    /// <summary>Gives the workspace a copy of the settings folder, which a run may write to.</summary>
    public void CopyConf()
    {
        string copy = Path.Combine(Folder, "conf");
        foreach (string file in Directory.EnumerateFiles(Conf, "*.yaml", SearchOption.AllDirectories))
        {
            string target = Path.Combine(copy, Path.GetRelativePath(Conf, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        Conf = copy;
    }

    /// <summary>Every file of the store's artifacts, by path, but for the manifests, which name times and hosts.</summary>
    public IReadOnlyDictionary<string, string> ArtifactFiles() =>
        Directory
            .EnumerateFiles(Store, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Store, path).Replace('\\', '/'))
            .Where(name => !name.StartsWith('.'))
            .Where(name => !name.EndsWith("manifest.json", StringComparison.Ordinal))
            .Where(name =>
                !name.Contains("/report/", StringComparison.Ordinal) && !name.EndsWith("timing.json", StringComparison.Ordinal)
            )
            .ToDictionary(
                name => name,
                name =>
                    Convert.ToHexString(
                        System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Path.Combine(Store, name)))
                    )
            );

    /// <summary>Arguments for stages on the sample at a size that trains in a moment.</summary>
    public string[] Small(string stages, params string[] more) =>
        [
            "-Stage",
            stages,
            "-Dataset",
            "sample",
            "-Seed",
            "9",
            "-Data",
            Data,
            "-Set",
            "train.epochs=2",
            "-Set",
            "generate.users=300",
            "-Set",
            "generate.items=120",
            "-Set",
            "generate.interactions=3000",
            "-Set",
            "modalities.visual.reduce=64",
            "-Set",
            "generate.malformedLines=0",
            .. more,
        ];

    /// <summary>The folder of a stage's only artifact.</summary>
    public string ArtifactOf(string stage, string dataset = "sample") =>
        Directory.GetDirectories(Path.Combine(Store, dataset, stage)).Single();

    /// <summary>A folder of the real data used for tests, or null.</summary>
    public static string? SharedData()
    {
        string? configured = Environment.GetEnvironmentVariable("CRANE_SHARED_DATA");
        string[] candidates =
        [
            configured ?? string.Empty,
            Path.Combine(Repository, "..", "shared", "data"),
            Path.Combine(Repository, "..", "..", "shared", "data"),
        ];
        return candidates.Where(path => path.Length > 0).Select(Path.GetFullPath).FirstOrDefault(Directory.Exists);
    }

    public static string RequireSharedData()
    {
        string? folder = SharedData();
        if (folder is null)
        {
            Assert.Ignore("shared data not present");
        }

        return folder!;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static string FindUpwards(string from, string file)
    {
        DirectoryInfo? folder = new(from);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, file)))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"{file} is not above {from}.");
    }
}

/// <summary>What a run printed and how it ended.</summary>
internal sealed record Outcome(int ExitCode, string Output, string Error)
{
    /// <summary>The object on the last line of standard output.</summary>
    public JsonNode Json() => JsonNode.Parse(Output.TrimEnd().Split('\n')[^1])!;

    /// <summary>State of each stage, "ingest" → "built".</summary>
    public IReadOnlyDictionary<string, string> States() =>
        Json()["stages"]!
            .AsArray()
            .GroupBy(stage => (string)stage!["stage"]!)
            .ToDictionary(
                group => group.Key,
                group => string.Join(",", group.Select(stage => (string)stage!["state"]!).Distinct())
            );
}
