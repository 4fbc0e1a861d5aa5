namespace CranePipeline.Ingest.Mmrec;

/// <summary>A feature array in an MMRec folder.</summary>
/// <param name="Name">The modality: <c>visual</c>, <c>textual</c>, <c>acoustic</c>, or the file's name before <c>_feat.npy</c>.</param>
/// <param name="FileName">The file in the folder.</param>
/// <param name="Rows">Its rows; row i is the feature of item i.</param>
/// <param name="Columns">Its columns.</param>
public sealed record MmrecModality(string Name, string FileName, long Rows, long Columns);
