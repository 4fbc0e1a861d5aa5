using System.Text.Json.Serialization;

namespace CranePipeline.Features;

/// <summary>What is done to the vectors before they are stored.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Standardization>))]
public enum Standardization
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The mean of the items that have a vector is taken off every row.</summary>
    Center,

    /// <summary>Every row is divided by its Euclidean norm; rows of zeros stay.</summary>
    Normalize,

    /// <summary>The mean is taken off and then every row is divided by its norm.</summary>
    CenterAndNormalize,
}
