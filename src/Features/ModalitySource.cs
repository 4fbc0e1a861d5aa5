namespace CranePipeline.Features;

/// <summary>Where a modality's vectors come from.</summary>
public enum ModalitySource
{
    /// <summary>The items' own metadata, through a text encoder.</summary>
    Text,

    /// <summary>
    /// A run of records of ten ASCII bytes (the raw item id) and <see cref="ModalityOptions.Width"/> little-endian float32: the layout of the
    /// Amazon product data's <c>image_features_*.b</c>.
    /// </summary>
    ImageBinary,

    /// <summary>A NumPy array, a row an item.</summary>
    Npy,

    /// <summary>A Parquet table with a column of ids and a column of lists.</summary>
    Parquet,

    /// <summary>
    /// Known neighbours only (tab-separated: item, neighbour, perhaps a similarity); vectors are derived from the neighbour matrix by
    /// a randomised singular value decomposition.
    /// </summary>
    Neighbours,
}
