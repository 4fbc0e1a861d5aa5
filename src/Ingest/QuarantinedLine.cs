namespace CranePipeline.Ingest;

/// <summary>A line that could not be used.</summary>
/// <param name="File">The file, relative to the data folder.</param>
/// <param name="Line">Its line number, from 1.</param>
/// <param name="Kind">The kind of fault, as counted in <see cref="IngestStatistics.Quarantined"/>.</param>
/// <param name="Reason">What is wrong, in words.</param>
/// <param name="Text">The line's beginning, at most 200 characters.</param>
public sealed record QuarantinedLine(string File, long Line, LineFault Kind, string Reason, string Text);
