using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CranePipeline.Evaluation;
using CranePipeline.Ingest;
using CranePipeline.Store;

namespace CranePipeline.Stages;

/// <summary>What a report says of the data that ingest left out: by reason, with a count and an example.</summary>
internal static partial class ReportDropped
{
    /// <summary>Every reason that took something away, those of single lines first.</summary>
    public static DroppedData[] Find(Artifact ingest, IngestStatistics statistics)
    {
        Dictionary<string, string> examples = Examples(ingest);
        return
        [
            .. statistics
                .Quarantined.OrderByDescending(fault => fault.Value)
                .Select(fault => new DroppedData
                {
                    Reason = $"line: {Words(fault.Key.ToString())}",
                    Count = fault.Value,
                    Example = examples.GetValueOrDefault(Name(fault.Key.ToString()), string.Empty),
                }),
            .. Rules(statistics)
                .Where(rule => rule.Count > 0)
                .Select(rule => new DroppedData { Reason = rule.Reason, Count = rule.Count }),
        ];
    }

    private static IEnumerable<(string Reason, long Count)> Rules(IngestStatistics statistics) =>
        [
            ("time: no plausible one, the row kept", statistics.ImplausibleTimestamps - statistics.RepairedTimestamps),
            ("row: rating below ingest.minRating", statistics.BelowMinRating),
            ("row: exact duplicate", statistics.ExactDuplicates),
            ("row: repeats a pair of user and item", statistics.RepeatedPairs),
            ("user: fewer than ingest.minUserInteractions", statistics.UsersRemoved),
            ("item: fewer than ingest.minItemInteractions", statistics.ItemsRemoved),
            ("interaction: of a user or item left out", statistics.InteractionsRemoved),
        ];

    /// <summary>The first line in quarantine of every fault, by the fault's name as JSON writes it.</summary>
    private static Dictionary<string, string> Examples(Artifact ingest)
    {
        var examples = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string line in File.ReadLines(ingest.PathOf(IngestStage.QuarantineFile)))
        {
            JsonNode entry = JsonNode.Parse(line)!;
            if (entry["kind"] is { } fault)
            {
                examples.TryAdd((string)fault!, $"{entry["file"]}:{entry["line"]}: {entry["reason"]}");
            }
        }

        return examples;
    }

    private static string Name(string fault) => char.ToLowerInvariant(fault[0]) + fault[1..];

    /// <summary>"RatingOutOfRange" as a person says it: "rating out of range".</summary>
    private static string Words(string name) => Capitals().Replace(name, " $1").TrimStart().ToLowerInvariant();

    [GeneratedRegex("([A-Z])")]
    private static partial Regex Capitals();
}
