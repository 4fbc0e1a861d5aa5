namespace CranePipeline.SampleData;

/// <summary>What the generator writes.</summary>
public enum GenerateKind
{
    /// <summary>Raw files as the 2014 Amazon product data has them: reviews, metadata and image features.</summary>
    Sample,

    /// <summary>
    /// A data set of given dimensions in the MMRec toolbox's form: a <c>.inter</c> file and two <c>.npy</c> feature arrays.
    /// </summary>
    Shape,

    /// <summary>A ratings file of any length (user,item,rating,timestamp), for measuring the ingest stage.</summary>
    Ratings,
}
