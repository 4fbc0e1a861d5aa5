namespace CranePipeline.Training;

/// <summary>Where the neighbours of the first epochs come from.</summary>
public enum InitialNeighbours
{
    /// <summary>The item representation before the first step.</summary>
    Model,

    /// <summary>The mean of the modalities' raw cosines.</summary>
    Features,
}
