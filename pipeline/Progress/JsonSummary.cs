using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CranePipeline.Progress;

/// <summary>
/// Writes the one JSON object of a run, on one line:
/// <c>{"dataset","stages":[{"stage","key","state","seconds"}],"train":{…},"metrics":{…}}</c>; with several seeds, <c>train</c> and
/// <c>metrics</c> are the means over them and <c>"seeds":[{"seed","train","metrics"}]</c> has each.
/// </summary>
internal static class JsonSummary
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The object as text, without a line end.</summary>
    public static string Write(RunSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            json.WriteStartObject();
            if (summary.Dataset is not null)
            {
                json.WriteString("dataset", summary.Dataset);
            }
            WriteStages(json, summary.Stages);
            Write(json, Mean([.. summary.Seeds.Select(seed => seed.Train).OfType<TrainSummary>()]), Means(summary.Seeds));
            if (summary.Seeds.Count > 1)
            {
                json.WriteStartArray("seeds");
                foreach (var seed in summary.Seeds)
                {
                    json.WriteStartObject();
                    json.WriteNumber("seed", seed.Seed);
                    Write(json, seed.Train, seed.Metrics);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
            }
            if (summary.Error is not null)
            {
                json.WriteString("error", summary.Error);
            }
            if (summary.ExitCode is { } code)
            {
                json.WriteNumber("exitCode", code);
            }
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void WriteStages(Utf8JsonWriter json, IReadOnlyList<StageSummary> stages)
    {
        json.WriteStartArray("stages");
        foreach (var stage in stages)
        {
            json.WriteStartObject();
            json.WriteString("stage", stage.Stage);
            if (stage.Seed is { } seed)
            {
                json.WriteNumber("seed", seed);
            }
            if (stage.Key is not null)
            {
                json.WriteString("key", stage.Key);
            }
            json.WriteString(
                "state",
                stage.State switch
                {
                    StageState.Built => "built",
                    StageState.Fresh => "fresh",
                    _ => "failed",
                }
            );
            Number(json, "seconds", Math.Round(stage.Seconds, 3));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, TrainSummary? train, IReadOnlyDictionary<string, double> metrics)
    {
        if (train is not null)
        {
            json.WriteStartObject("train");
            Number(json, "epochs", train.Epochs);
            Number(json, "bestEpoch", train.BestEpoch);
            Number(json, "epochSeconds", Math.Round(train.EpochSeconds, 4));
            Number(json, "validSeconds", Math.Round(train.ValidSeconds, 4));
            Number(json, "peakMemoryMB", Math.Round(train.PeakMemoryMB, 1));
            json.WriteEndObject();
        }
        if (metrics.Count > 0)
        {
            json.WriteStartObject("metrics");
            foreach (var (name, value) in metrics)
            {
                Number(json, name, value);
            }
            json.WriteEndObject();
        }
    }

    // JSON has no infinities; a value that is none says so.
    private static void Number(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static TrainSummary? Mean(IReadOnlyList<TrainSummary> trains) =>
        trains.Count == 0
            ? null
            : new TrainSummary(
                trains.Average(train => train.Epochs),
                trains.Average(train => train.BestEpoch),
                trains.Average(train => train.EpochSeconds),
                trains.Average(train => train.ValidSeconds),
                trains.Average(train => train.PeakMemoryMB)
            );

    // A metric counts only where every seed has it: a mean over some of them would be called what it is not.
    private static Dictionary<string, double> Means(IReadOnlyList<SeedSummary> seeds) =>
        seeds.Count == 0
            ? []
            : seeds[0]
                .Metrics.Keys.Where(name => seeds.All(seed => seed.Metrics.ContainsKey(name)))
                .ToDictionary(name => name, name => seeds.Average(seed => seed.Metrics[name]));
}
