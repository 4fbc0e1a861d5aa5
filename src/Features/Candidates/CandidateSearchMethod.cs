namespace CranePipeline.Features;

/// <summary>How an item's nearest items are looked for.</summary>
public enum CandidateSearchMethod
{
    /// <summary>Every pair is compared, in blocks.</summary>
    Exact,

    /// <summary>
    /// Inverted lists around k-means centres (Sivic and Zisserman, 2003; Jégou et al., 2011): an item is compared with the lists nearest to it. What is
    /// missed is measured on a sample.
    /// </summary>
    Ivf,
}
