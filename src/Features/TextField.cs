namespace CranePipeline.Features;

/// <summary>A part of an item's metadata that may stand in its sentence.</summary>
public enum TextField
{
    /// <summary>The product's title.</summary>
    Title,

    /// <summary>The brand or artist.</summary>
    Brand,

    /// <summary>The categories, each once.</summary>
    Categories,

    /// <summary>The description.</summary>
    Description,
}
