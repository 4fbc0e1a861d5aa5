namespace CranePipeline.Training;

/// <summary>Among which items neighbours are chosen.</summary>
public enum CandidateSearch
{
    /// <summary>The item's precomputed candidates, all modalities' together.</summary>
    Candidates,

    /// <summary>All items, in blocks.</summary>
    Exact,
}
