using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using CranePipeline.Configuration;
using CranePipeline.Progress;
using CranePipeline.Stages;
using CranePipeline.Store;
using CranePipeline.Tables;

namespace CranePipeline.Operations;

/// <summary>Whether something found matters.</summary>
internal enum FindingState
{
    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Something that some runs need is not there.</summary>
    Note,

    /// <summary>Runs fail for it.</summary>
    Bad,
}

/// <summary>Something the doctor looked at.</summary>
/// <param name="State">Whether it matters.</param>
/// <param name="What">What was looked at.</param>
/// <param name="Found">What was found.</param>
/// <param name="ToDo">What to do about it, or null.</param>
internal sealed record Finding(FindingState State, string What, string Found, string? ToDo = null);

/// <summary>Looks at all that a run depends on outside the program.</summary>
internal static class Doctor
{
    private const long LittleDisk = 5_000_000_000;
    private const long LittleMemory = 4_000_000_000;
    private const int FewFiles = 256;

    /// <summary>Everything, in the order of a table.</summary>
    public static IReadOnlyList<Finding> Examine(PipelineSettings settings, RunEnvironment environment) =>
        [
            Sdk(),
            Processor(),
            Memory(),
            OpenFiles(),
            Disk("disk of the store", environment.Store.Folder.Root),
            Disk("disk of the raw files", Path.GetFullPath(environment.DataFolder)),
            Locks(environment.Store.Folder.Root),
            Gpu(),
            LibTorch(),
            CppRuntime(),
            Onnx(),
            RawFiles(settings, environment),
            Store(environment.Store),
        ];

    private static Finding Sdk()
    {
        string runtime = $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription.Trim()}";
        try
        {
            using Process process = Process.Start(
                new ProcessStartInfo("dotnet", "--list-sdks") { RedirectStandardOutput = true, RedirectStandardError = true }
            )!;
            string[] sdks = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            bool has = sdks.Any(line => line.StartsWith("10.", StringComparison.Ordinal));
            return has
                ? new(FindingState.Good, "SDK", $"{runtime}; SDK {sdks[^1].Split(' ')[0]}")
                : new(
                    FindingState.Note,
                    "SDK",
                    $"{runtime}; no SDK 10",
                    "install the .NET 10 SDK to build; running needs the runtime alone"
                );
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return new(FindingState.Note, "SDK", $"{runtime}; dotnet is not on the path", "put dotnet on the path to build");
        }
    }

    private static Finding Processor()
    {
        int bits =
            Vector512.IsHardwareAccelerated ? 512
            : Vector256.IsHardwareAccelerated ? 256
            : Vector128.IsHardwareAccelerated ? 128
            : 0;
        string found = $"{Environment.ProcessorCount} cores, {RuntimeInformation.ProcessArchitecture}, vectors of {bits} bits";
        return bits > 0
            ? new(FindingState.Good, "processor", found)
            : new(FindingState.Note, "processor", found, "expect training to be several times slower");
    }

    private static Finding Memory()
    {
        long bytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return bytes >= LittleMemory
            ? new(FindingState.Good, "memory", Phrase.Bytes(bytes))
            : new(FindingState.Note, "memory", Phrase.Bytes(bytes), "reduce wide features (modalities.NAME.reduce)");
    }

    private static Finding OpenFiles()
    {
        const string Limits = "/proc/self/limits";
        string? line = File.Exists(Limits)
            ? File.ReadLines(Limits).FirstOrDefault(each => each.StartsWith("Max open files", StringComparison.Ordinal))
            : null;
        string soft = line?["Max open files".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0] ?? "no limit known";
        return int.TryParse(soft, CultureInfo.InvariantCulture, out int files) && files < FewFiles
            ? new(FindingState.Bad, "open files", soft, "allow more: ulimit -n 1024")
            : new(FindingState.Good, "open files", soft);
    }

    private static Finding Disk(string what, string folder)
    {
        string there = Existing(folder);
        try
        {
            long free = new DriveInfo(there).AvailableFreeSpace;
            return free >= LittleDisk
                ? new(FindingState.Good, what, $"{Phrase.Bytes(free)} free at {there}")
                : new(FindingState.Note, what, $"{Phrase.Bytes(free)} free at {there}", "free space: -Stage gc -Keep 1 -WhatIf");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return new(FindingState.Note, what, $"{there}: {problem.Message}");
        }
    }

    private static Finding Locks(string root)
    {
        string there = Existing(root);
        try
        {
            return FileLock.Works(there)
                ? new(FindingState.Good, "file locks", $"they work at {there}")
                : new(FindingState.Note, "file locks", $"none at {there}", "nothing: runs tell by heartbeats who is alive");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return new(
                FindingState.Bad,
                "file locks",
                problem.Message.TrimEnd('.'),
                "let this user write there, or use -Store DIR"
            );
        }
    }

    private static Finding Gpu() =>
        File.Exists("/proc/driver/nvidia/version") || File.Exists("/dev/nvidia0")
            ? new(FindingState.Good, "GPU", "an NVIDIA driver is loaded", "use it: -Device cuda")
            : new(FindingState.Note, "GPU", "none found", "nothing, unless you want -Device cuda");

    private static Finding LibTorch() =>
        Native("*torch_cpu*") is { } file
            ? new(FindingState.Good, "libtorch", file)
            : new(
                FindingState.Note,
                "libtorch",
                "not in this build",
                "build with -p:Torch=cpu or -p:Torch=cuda-linux for -Device"
            );

    private static Finding CppRuntime()
    {
        const string Needed = "GLIBCXX_3.4.32";
        string[] places = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/lib64"];
        string? file = places.Select(place => Path.Combine(place, "libstdc++.so.6")).FirstOrDefault(File.Exists);
        if (!OperatingSystem.IsLinux())
        {
            return new(FindingState.Good, "C++ runtime", "the system's own");
        }

        return file is not null && File.ReadAllBytes(file).AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(Needed)) >= 0
            ? new(FindingState.Good, "C++ runtime", $"{file} has {Needed}")
            : new(
                FindingState.Note,
                "C++ runtime",
                $"{file ?? "none"} without {Needed}",
                "a newer libstdc++ (GCC 13.2) for -Device cuda or torch-cpu"
            );
    }

    private static Finding Onnx() =>
        Native("*onnxruntime*") is { } file
            ? new(FindingState.Good, "ONNX runtime", file)
            : new(FindingState.Note, "ONNX runtime", "not in this build", "nothing, unless a modality names an ONNX encoder");

    private static Finding RawFiles(PipelineSettings settings, RunEnvironment environment)
    {
        if (settings.Name.Length == 0)
        {
            return new(FindingState.Note, "raw files", "not looked at", "name a data set with -Dataset");
        }

        if (settings.Generate is not null)
        {
            return new(FindingState.Good, "raw files", "the program generates them");
        }

        try
        {
            int files = StageCatalog.Artifacts.Sum(stage => stage.RawFiles(settings).Count);
            return new(FindingState.Good, "raw files", $"{files} files in {environment.DataFolder}");
        }
        catch (InputException problem)
        {
            return settings.Files.Count > 0
                ? new(FindingState.Note, "raw files", problem.Message, $"fetch them: -Stage download -Dataset {settings.Name}")
                : new(FindingState.Bad, "raw files", problem.Message, "put them there, or name their folder with -Data");
        }
    }

    private static Finding Store(ArtifactStore store)
    {
        var damaged = new List<string>();
        store.Warn = damaged.Add;
        int artifacts = store.Folder.Datasets.Sum(dataset =>
            store.Folder.Stages(dataset).Sum(stage => store.List(dataset, stage).Count)
        );
        int staging = Directory.Exists(store.Folder.Staging) ? Directory.GetDirectories(store.Folder.Staging).Length : 0;
        string found =
            $"{artifacts} artifacts, {damaged.Count} with a damaged manifest, {staging} being written or left by a kill";
        return damaged.Count == 0
            ? new(FindingState.Good, "store", found, "-Stage verify reads all of it")
            : new(FindingState.Bad, "store", found, "-Stage verify names them and what heals them");
    }

    private static string? Native(string pattern) =>
        Directory
            .EnumerateFiles(AppContext.BaseDirectory, pattern, SearchOption.AllDirectories)
            .FirstOrDefault(file => Path.GetExtension(file) is ".so" or ".dll" or ".dylib");

    /// <summary>The folder, or the nearest above it that is there: looking changes nothing.</summary>
    private static string Existing(string folder)
    {
        string there = Path.GetFullPath(folder);
        while (!Directory.Exists(there) && Path.GetDirectoryName(there) is { } parent)
        {
            there = parent;
        }

        return there;
    }
}
