using System.Text.Json;
using CranePipeline.Tables;

namespace CranePipeline.SampleData;

/// <summary>Writes generated data sets: deterministic, so that the same options give the same bytes on every machine.</summary>
public static class Generator
{
    /// <summary>Raised whenever the same options would give other bytes.</summary>
    public const int Version = 1;

    private const string StampName = "generated.json";
    private static readonly JsonSerializerOptions StampFormat = new() { WriteIndented = true };

    /// <summary>
    /// Generates into a folder, or finds that it holds exactly these files already (by the stamp <c>generated.json</c>
    /// and the files' sizes). Each file appears whole or not at all; the stamp comes last. Two processes that want the
    /// same folder take turns.
    /// </summary>
    /// <param name="options">What to generate.</param>
    /// <param name="folder">Where to; created if need be. Only the named files in it are touched.</param>
    /// <param name="threads">Threads to use; the bytes do not depend on it.</param>
    /// <param name="progress">Told of finished units: interactions, items or rows.</param>
    /// <param name="cancellation">Stops the work; what was being written is removed.</param>
    /// <exception cref="InputException">The options contradict each other, or the folder cannot be written.</exception>
    public static GeneratedData Run(
        GenerateOptions options,
        string folder,
        int threads = 1,
        IProgress<WorkProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        GenerateCheck.Check(options);
        folder = Path.GetFullPath(folder);
        if (ReadFresh(options, folder) is { } fresh)
        {
            return fresh;
        }

        try
        {
            Directory.CreateDirectory(folder);
            using FileStream turn = FileTurn.Wait(Path.Combine(folder, StampName + ".lock"), cancellation);
            return ReadFresh(options, folder) ?? Write(options, folder, threads, progress, cancellation);
        }
        catch (Exception cause) when (WriteFault.Is(cause))
        {
            throw WriteFault.At(folder, cause, "free space there or choose another data folder");
        }
    }

    private static GeneratedData Write(
        GenerateOptions options,
        string folder,
        int threads,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation
    )
    {
        File.Delete(Path.Combine(folder, StampName));
        IReadOnlyList<GeneratedFileContent> contents = GeneratedFileContent.Of(options, threads, progress, cancellation);
        GeneratedFile[] files = new GeneratedFile[contents.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
        try
        {
            Parallel.For(
                0,
                contents.Count,
                parallel,
                index => files[index] = WriteWhole(Path.Combine(folder, contents[index].Name), contents[index].Write)
            );
        }
        catch (AggregateException failures) when (failures.InnerExceptions[0] is InputException refusal)
        {
            throw new InputException(refusal.Message, failures);
        }

        var stamp = new Stamp(
            Version,
            options,
            [.. files.Select(file => new Stamp.Entry(Path.GetFileName(file.Path), file.Bytes))]
        );
        WriteWhole(Path.Combine(folder, StampName), stream => JsonSerializer.Serialize(stream, stamp, StampFormat));
        return new GeneratedData(files, Fresh: false);
    }

    private static GeneratedFile WriteWhole(string path, Action<Stream> write) => new(path, WholeFile.Write(path, write));

    private static GeneratedData? ReadFresh(GenerateOptions options, string folder)
    {
        try
        {
            using FileStream stream = File.OpenRead(Path.Combine(folder, StampName));
            Stamp? stamp = JsonSerializer.Deserialize<Stamp>(stream, StampFormat);
            if (stamp is null || stamp.Version != Version || stamp.Options != options)
            {
                return null;
            }

            List<GeneratedFile> files = [];
            foreach ((string name, long bytes) in stamp.Files)
            {
                var file = new FileInfo(Path.Combine(folder, name));
                if (!file.Exists || file.Length != bytes)
                {
                    return null;
                }

                files.Add(new GeneratedFile(file.FullName, bytes));
            }

            return new GeneratedData(files, Fresh: true);
        }
        catch (Exception cause) when (cause is IOException or JsonException)
        {
            // No stamp, or one cut by a crash: generate anew.
            return null;
        }
    }

    private sealed record Stamp(int Version, GenerateOptions Options, IReadOnlyList<Stamp.Entry> Files)
    {
        internal sealed record Entry(string Name, long Bytes);
    }
}
