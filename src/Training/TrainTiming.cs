using System.Text.Json;
using CranePipeline.Tables;

namespace CranePipeline.Training;

/// <summary>
/// What a training run cost, kept beside its checkpoint: times differ from run to run, and a checkpoint of the same epoch must not.
/// </summary>
/// <param name="Device">Engine it ran on.</param>
/// <param name="EpochSeconds">Training time of each epoch.</param>
/// <param name="ValidSeconds">Validation time of each epoch, 0 where none was validated.</param>
/// <param name="PeakMemoryBytes">Most memory held.</param>
public sealed record TrainTiming(
    string Device,
    IReadOnlyList<double> EpochSeconds,
    IReadOnlyList<double> ValidSeconds,
    long PeakMemoryBytes
)
{
    /// <summary>Its name in a checkpoint's folder.</summary>
    public const string FileName = "timing.json";

    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
    };

    /// <summary>Written before the checkpoint, so that it never has fewer epochs than the checkpoint it is found with.</summary>
    internal static void Write(string folder, string device, IReadOnlyList<EpochRecord> history)
    {
        var timing = new TrainTiming(
            device,
            [.. history.Select(static epoch => epoch.Seconds)],
            [.. history.Select(static epoch => epoch.ValidationSeconds)],
            history.Count == 0 ? 0 : history.Max(static epoch => epoch.PeakMemoryBytes)
        );
        string path = Path.Combine(folder, FileName);
        WholeFile.Write(path, stream => JsonSerializer.Serialize(stream, timing, Format), path + Checkpoint.Writing);
    }

    /// <summary>Puts the costs back into the epochs of a checkpoint; epochs whose costs are gone cost 0.</summary>
    internal static void Restore(string folder, EpochRecord[] history)
    {
        if (Read(Path.Combine(folder, FileName)) is not { EpochSeconds: not null, ValidSeconds: not null } timing)
        {
            return;
        }

        for (int place = 0; place < Math.Min(history.Length, timing.EpochSeconds.Count); place++)
        {
            history[place] = history[place] with
            {
                Seconds = timing.EpochSeconds[place],
                ValidationSeconds = timing.ValidSeconds.ElementAtOrDefault(place),
                PeakMemoryBytes = timing.PeakMemoryBytes,
            };
        }
    }

    private static TrainTiming? Read(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<TrainTiming>(File.ReadAllBytes(path), Format) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
