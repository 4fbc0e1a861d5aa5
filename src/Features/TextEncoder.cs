namespace CranePipeline.Features;

/// <summary>How an item's sentence becomes a vector.</summary>
public enum TextEncoder
{
    /// <summary>Hashed TF-IDF of words and pairs of words, reduced by a randomised singular value decomposition. Needs no model.</summary>
    Hashed,

    /// <summary>A BERT-family sentence transformer whose weights lie in <see cref="ModalityOptions.ModelFolder"/>.</summary>
    Transformer,
}
