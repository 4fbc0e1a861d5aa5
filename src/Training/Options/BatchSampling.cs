namespace CranePipeline.Training;

/// <summary>How the positives of an epoch's batches are drawn.</summary>
public enum BatchSampling
{
    /// <summary>Every training interaction once, shuffled (Rendle et al., 2009): users count by how much they have interacted.</summary>
    Interactions,

    /// <summary>
    /// As many draws as there are interactions, each a uniform user and one of the user's items (He et al., LightGCN, 2020, in their
    /// program): users count alike, as they do in the metrics, which are means over users.
    /// </summary>
    Users,
}
