namespace CranePipeline.Tables;

/// <summary>How far a piece of long work has come; the host derives rate and time left from successive reports.</summary>
/// <param name="Activity">What is being done, as a person would say it: "reading reviews_Baby_5.json.gz".</param>
/// <param name="Unit">What is counted: "rows", "bytes", "items", "epochs".</param>
/// <param name="Done">Units finished so far.</param>
/// <param name="Total">Units in all, or 0 where that is not known beforehand.</param>
public readonly record struct WorkProgress(string Activity, string Unit, long Done, long Total);
