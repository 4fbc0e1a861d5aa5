namespace CranePipeline.Training;

/// <summary>Initial matrix W_h that adds the refinement to the features.</summary>
public enum ResidualInit
{
    /// <summary>Xavier-uniform.</summary>
    Xavier,

    /// <summary>Zero, so that training starts from the unrefined features.</summary>
    Zero,
}
