using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using CranePipeline.Progress;
using CranePipeline.Stages;
using CranePipeline.Tables;

namespace CranePipeline.Operations;

/// <summary>
/// A run's log: a file of JSON lines in a folder, one event a line, each with <c>time</c>, <c>level</c> and <c>event</c>. The newest
/// <see cref="FilesKept"/> files are kept, and one that grows past <see cref="LargestFile"/> is continued in another. A log that cannot
/// be written is given up with one warning; the run goes on.
/// </summary>
internal sealed class RunLog : IRunObserver, IDisposable
{
    /// <summary>Log files kept in the folder.</summary>
    public const int FilesKept = 100;

    /// <summary>Bytes after which a file is continued in another.</summary>
    public const long LargestFile = 64L << 20;

    private const string Prefix = "run-";
    private const string Extension = ".jsonl";

    private static readonly JsonSerializerOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lock sync = new();
    private readonly string folder;
    private readonly string name;
    private readonly ConsoleLevel level;
    private readonly TimeProvider time;
    private readonly Action<string> warn;
    private readonly long largest;
    private FileStream? file;
    private long whole;
    private int part;

    /// <summary>Begins a log.</summary>
    /// <param name="folder">Where; made if need be.</param>
    /// <param name="level">The least that is written.</param>
    /// <param name="time">The clock.</param>
    /// <param name="warn">Told once if the log cannot be written.</param>
    /// <param name="largest">See <see cref="LargestFile"/>.</param>
    public RunLog(string folder, ConsoleLevel level, TimeProvider time, Action<string> warn, long largest = LargestFile)
    {
        this.folder = Path.GetFullPath(folder);
        this.level = level;
        this.time = time;
        this.warn = warn;
        this.largest = largest;
        name = string.Create(
            CultureInfo.InvariantCulture,
            $"{Prefix}{time.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}-{Environment.ProcessId}"
        );
        Try(Open);
    }

    /// <summary>The file that is being written, or null where none can be.</summary>
    public string? File { get; private set; }

    public void StageStarted(Node node, string key) =>
        Write(ConsoleLevel.Info, "stage.start", ("stage", node.Stage.Name), ("seed", node.Seed), ("key", key));

    public void StageEnded(NodeResult result, string? summary)
    {
        (string, object?)[] counts = result.Artifact is { } artifact
            ? [("counts", artifact.Manifest.Metrics), ("rows", artifact.Manifest.Files.Sum(file => file.Rows ?? 0))]
            : [];
        Write(
            result.State == StageState.Failed ? ConsoleLevel.Error : ConsoleLevel.Info,
            "stage.end",
            [
                ("stage", result.Node.Stage.Name),
                ("seed", result.Node.Seed),
                ("key", result.Key),
                ("state", JsonNamingPolicy.CamelCase.ConvertName(result.State.ToString())),
                ("seconds", Math.Round(result.Seconds, 3)),
                ("peakMemoryMB", PeakMemory()),
                ("summary", summary),
                .. counts,
            ]
        );
    }

    public void EpochEnded(string stage, long seed, int epoch, double seconds, IReadOnlyDictionary<string, double> numbers) =>
        Write(
            ConsoleLevel.Info,
            "epoch",
            ("stage", stage),
            ("seed", seed),
            ("epoch", epoch),
            ("seconds", Math.Round(seconds, 3)),
            ("peakMemoryMB", PeakMemory()),
            ("counts", numbers)
        );

    public void Message(ConsoleLevel level, string text) => Write(level, "message", ("text", text));

    /// <summary>Writes an event of the run itself.</summary>
    public void Write(ConsoleLevel eventLevel, string name, params (string Name, object? Value)[] values)
    {
        if (eventLevel > level)
        {
            return;
        }

        var entry = new Dictionary<string, object?>
        {
            ["time"] = time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            ["level"] = ConsoleLine.Word(eventLevel),
            ["event"] = name,
        };
        foreach ((string key, object? value) in values)
        {
            if (value is not null)
            {
                entry[key] = value is IReadOnlyDictionary<string, double> numbers ? Finite(numbers) : value;
            }
        }

        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(entry, Format), (byte)'\n'];
        lock (sync)
        {
            Try(() =>
            {
                file?.Write(line);
                whole += line.Length;
                if (file is not null && whole > largest)
                {
                    Open();
                }
            });
        }
    }

    public void Dispose()
    {
        lock (sync)
        {
            Try(() => file?.Dispose());
            file = null;
        }
    }

    /// <summary>Megabytes (10⁶ bytes) this process held at most.</summary>
    internal static double PeakMemory() => Math.Round(Training.ProcessMemory.Peak / 1e6, 1);

    private static Dictionary<string, double?> Finite(IReadOnlyDictionary<string, double> numbers) =>
        numbers.ToDictionary(number => number.Key, number => double.IsFinite(number.Value) ? number.Value : (double?)null);

    private void Open()
    {
        file?.Dispose();
        file = null;
        whole = 0;
        Directory.CreateDirectory(folder);
        string suffix = part == 0 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $".{part:D3}");
        part++;
        File = Path.Combine(folder, name + suffix + Extension);
        // Without a buffer: a line is in the file when it is written, or the system says at once that it is not.
        file = new FileStream(File, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        foreach (
            string old in Directory
                .EnumerateFiles(folder, Prefix + "*" + Extension)
                .OrderDescending(StringComparer.Ordinal)
                .Skip(FilesKept)
        )
        {
            System.IO.File.Delete(old);
        }
    }

    /// <summary>Leaves the lines that are whole, and no file where there are none.</summary>
    private void GiveUp()
    {
        try
        {
            file?.SetLength(whole);
            file?.Dispose();
            if (whole == 0 && File is { } empty)
            {
                System.IO.File.Delete(empty);
            }
        }
        catch (Exception problem) when (WriteFault.Is(problem))
        {
            // A file that can be neither written nor cut stays as it is.
        }

        file = null;
        File = null;
    }

    private void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception problem) when (WriteFault.Is(problem))
        {
            GiveUp();
            warn($"the log in {folder} cannot be written: {WriteFault.Reason(problem)}");
        }
    }
}
