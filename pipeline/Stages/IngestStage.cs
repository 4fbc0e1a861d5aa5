using System.Globalization;
using System.Text;
using CranePipeline.Configuration;
using CranePipeline.Ingest;
using CranePipeline.Ingest.Spark;
using CranePipeline.Progress;
using CranePipeline.Tables;

namespace CranePipeline.Stages;

/// <summary>Raw reviews or ratings to implicit feedback: cleaned, reduced to a k-core, with integer ids.</summary>
internal sealed class IngestStage : Stage
{
    public const string StatisticsFile = "statistics.json";
    public const string QuarantineFile = "quarantine.jsonl";

    public override string Name => "ingest";

    public override int Version => 3;

    public override bool ReadsRawFiles => true;

    public override IReadOnlyList<RawFile> RawFiles(PipelineSettings settings) =>
        settings.SparkData is null
            ? [.. Ingestor.ResolveSources(settings.Ingest, settings.Data).Select(file => new RawFile(file.Path, file.FullPath))]
            : [];

    /// <summary>Which engine makes the tables is no part of it: they are the same.</summary>
    public override object Settings(PipelineSettings settings, long seed) =>
        settings.SparkData is null ? settings.Ingest : new { settings.Ingest, settings.SparkData };

    public override void Make(StageContext context)
    {
        RunEnvironment environment = context.Environment;
        IngestOptions options = context.Settings.Ingest;
        IngestResult result = environment.Spark is { } spark
            ? SparkIngestor.Run(spark.Session, options, spark.Data, spark.Names, environment.Progress, environment.Cancellation)
            : Ingestor.Run(options, environment.DataFolder, environment.Threads, environment.Progress, environment.Cancellation);
        context.Staging.WriteTable(InteractionTables.Interactions, result.Interactions.Write);
        context.Staging.WriteTable(InteractionTables.Users, new RawIds(IdKind.User, result.UserIds).Write);
        context.Staging.WriteTable(InteractionTables.Items, new RawIds(IdKind.Item, result.ItemIds).Write);
        context.Staging.WriteText(StatisticsFile, JsonFiles.Text(result.Statistics));
        context.Staging.WriteText(QuarantineFile, Quarantine(result));
        context.Staging.Record("users", result.Statistics.Users);
        context.Staging.Record("items", result.Statistics.Items);
        context.Staging.Record("interactions", result.Statistics.Interactions);
        context.Staging.Record("quarantined", result.Statistics.Quarantined.Values.Sum());
        context.Summary =
            $"{result.Statistics.Interactions:N0} interactions, {result.Statistics.Users:N0} users, {result.Statistics.Items:N0} items";
        Tell(result.Statistics, environment.Display);
    }

    /// <summary>Whatever was left out or mended is a line with its count and an example.</summary>
    private static void Tell(IngestStatistics statistics, IProgressDisplay display)
    {
        foreach (TimestampColumn times in statistics.Timestamps)
        {
            string unit = times.Unit == TimestampUnit.Auto ? "dates" : times.Unit.ToString().ToLowerInvariant();
            display.Info(
                times.Unit == TimestampUnit.Order
                    ? $"times of {times.Source} are read as an order, from {times.First} to {times.Last}"
                    : $"times of {times.Source} are read as {unit}, from {Day(times.First)} to {Day(times.Last)}"
            );
        }

        foreach ((int place, ReasonCount reason) in statistics.Reasons.Index())
        {
            string line = $"{reason.Count:N0} {reason.Reason}{(reason.Example is null ? "" : $", such as {reason.Example}")}";
            // Faulty lines come first; the other reasons are what the rules are there for.
            if (place < statistics.Quarantined.Count)
            {
                display.Warning($"{line}; see {QuarantineFile}");
            }
            else
            {
                display.Info(line);
            }
        }

        static string Day(long milliseconds) =>
            DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    private static string Quarantine(IngestResult result)
    {
        var lines = new StringBuilder();
        foreach (QuarantinedLine line in result.Quarantine)
        {
            lines.Append(JsonFiles.Line(line));
        }

        return lines.ToString();
    }
}
