namespace CranePipeline.Ingest.Mmrec;

/// <summary>A modality's features to be written for MMRec.</summary>
/// <param name="Name">The modality; <c>visual</c> becomes <c>image_feat.npy</c>, <c>textual</c> <c>text_feat.npy</c>,
/// <c>acoustic</c> <c>audio_feat.npy</c>, any other <c>NAME_feat.npy</c>.</param>
/// <param name="Rows">Rows, one for each item id.</param>
/// <param name="Columns">Columns.</param>
/// <param name="Values">Rows times columns values, row after row.</param>
public sealed record MmrecFeature(string Name, int Rows, int Columns, ReadOnlyMemory<float> Values);
