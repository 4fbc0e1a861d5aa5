using CranePipeline.Evaluation;
using CranePipeline.Ingest;

namespace CranePipeline.Stages;

/// <summary>What a report says of the data that ingest left out or mended: by reason, with a count and an example.</summary>
internal static class ReportDropped
{
    /// <summary>Every reason that ingest told, in its order.</summary>
    public static DroppedData[] Find(IngestStatistics statistics) =>
        [
            .. statistics.Reasons.Select(reason => new DroppedData
            {
                Reason = reason.Reason,
                Count = reason.Count,
                Example = reason.Example ?? string.Empty,
            }),
        ];
}
