using System.Text;
using CranePipeline.Configuration;
using CranePipeline.Ingest;
using CranePipeline.Tables;

namespace CranePipeline.Stages;

/// <summary>Raw reviews or ratings to implicit feedback: cleaned, reduced to a k-core, with integer ids.</summary>
internal sealed class IngestStage : Stage
{
    public const string StatisticsFile = "statistics.json";
    public const string QuarantineFile = "quarantine.jsonl";
    public const string Rating = "rating";
    public const string Timestamp = "timestamp";
    public const string Label = "label";

    public override string Name => "ingest";

    public override int Version => 1;

    public override bool ReadsRawFiles => true;

    public override IReadOnlyList<RawFile> RawFiles(PipelineSettings settings) =>
        [.. Ingestor.ResolveSources(settings.Ingest, settings.Data).Select(file => new RawFile(file.Path, file.FullPath))];

    public override object Settings(PipelineSettings settings, long seed) => settings.Ingest;

    public override void Make(StageContext context)
    {
        RunEnvironment environment = context.Environment;
        IngestResult result = Ingestor.Run(
            context.Settings.Ingest,
            environment.DataFolder,
            environment.Threads,
            environment.Progress,
            environment.Cancellation
        );
        context.Staging.WriteTable(InteractionTables.Interactions, Table(result.Interactions));
        context.Staging.WriteTable(InteractionTables.Users, Ids(InteractionTables.User, result.UserIds));
        context.Staging.WriteTable(InteractionTables.Items, Ids(InteractionTables.Item, result.ItemIds));
        context.Staging.WriteText(StatisticsFile, JsonFiles.Text(result.Statistics));
        context.Staging.WriteText(QuarantineFile, Quarantine(result));
        context.Staging.Record("users", result.Statistics.Users);
        context.Staging.Record("items", result.Statistics.Items);
        context.Staging.Record("interactions", result.Statistics.Interactions);
        context.Staging.Record("quarantined", result.Statistics.Quarantined.Values.Sum());
        context.Summary =
            $"{result.Statistics.Interactions:N0} interactions, {result.Statistics.Users:N0} users, {result.Statistics.Items:N0} items";
        if (result.Quarantine.Length > 0)
        {
            QuarantinedLine first = result.Quarantine[0];
            environment.Display.Warning(
                $"{result.Statistics.Quarantined.Values.Sum():N0} lines went to {QuarantineFile}; the first is {first.File}:{first.Line}: {first.Reason}"
            );
        }
    }

    private static Table Table(Interactions interactions)
    {
        var columns = new List<Column>
        {
            new Int32Column(InteractionTables.User, interactions.Users),
            new Int32Column(InteractionTables.Item, interactions.Items),
        };
        if (interactions.Ratings is { } ratings)
        {
            columns.Add(new FloatColumn(Rating, ratings.Values, ratings.Present));
        }

        if (interactions.Timestamps is { } times)
        {
            columns.Add(new Int64Column(Timestamp, times.Values, times.Present));
        }

        if (interactions.Labels is { } labels)
        {
            columns.Add(new Int32Column(Label, Array.ConvertAll(labels.Values, label => (int)label), labels.Present));
        }

        return new Table(columns);
    }

    private static Table Ids(string name, string[] rawIds) =>
        new([InteractionTables.RowNumbers(name, rawIds.Length), new StringColumn(InteractionTables.RawId, rawIds)]);

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
