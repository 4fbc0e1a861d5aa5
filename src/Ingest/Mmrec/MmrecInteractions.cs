namespace CranePipeline.Ingest.Mmrec;

/// <summary>Interactions to be written for MMRec: parallel arrays, a place an interaction.</summary>
/// <param name="Users">User ids from 0.</param>
/// <param name="Items">Item ids from 0; they are the rows of the feature arrays.</param>
/// <param name="Labels">0 train, 1 validation, 2 test.</param>
/// <param name="Ratings">Ratings, or null.</param>
/// <param name="Timestamps">Times in Unix seconds, or null.</param>
public sealed record MmrecInteractions(
    int[] Users,
    int[] Items,
    byte[] Labels,
    float[]? Ratings = null,
    long[]? Timestamps = null
);
