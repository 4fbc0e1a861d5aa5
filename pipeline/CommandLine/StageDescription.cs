namespace CranePipeline.CommandLine;

/// <summary>A stage as the command line and its help know it.</summary>
/// <param name="Name">Its name for <c>-Stage</c>, such as "train" or "import-mmrec".</param>
/// <param name="Summary">What it does, in a few words that begin with a verb.</param>
/// <param name="NeedsDataset">Whether <c>-Dataset</c> must be given.</param>
/// <param name="IsInAll">Whether <c>-Stage all</c> runs it.</param>
internal sealed record StageDescription(string Name, string Summary, bool NeedsDataset = true, bool IsInAll = false);
