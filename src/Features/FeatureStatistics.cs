namespace CranePipeline.Features;

/// <summary>
/// What a modality's table was made of and what it looks like. All counts are items of the data set unless said otherwise.
/// </summary>
public sealed record FeatureStatistics
{
    /// <summary>Items in the data set.</summary>
    public required int Items { get; init; }

    /// <summary>Numbers in a stored vector.</summary>
    public required int Width { get; init; }

    /// <summary>Numbers in a vector of the source, before any reduction.</summary>
    public required int SourceWidth { get; init; }

    /// <summary>Where the vectors come from and how they were made, for people: "hashed TF-IDF, 35,112 terms".</summary>
    public required string Origin { get; init; }

    /// <summary>Whether the vectors were derived from known neighbours instead of read or encoded.</summary>
    public bool Derived { get; init; }

    /// <summary>Records, rows or sentences the source has.</summary>
    public long SourceRecords { get; init; }

    /// <summary>What was left out of the descriptions because too many items have it; null where nothing was.</summary>
    public BoilerplateStatistics? Boilerplate { get; init; }

    /// <summary>Items with a vector of their own.</summary>
    public required int Present { get; init; }

    /// <summary>Items without one, which got the mean of the others that are not zero.</summary>
    public required int MeanFilled { get; init; }

    /// <summary><see cref="Present"/> ÷ <see cref="Items"/>.</summary>
    public double Coverage => Items == 0 ? 0 : (double)Present / Items;

    /// <summary>Items whose vector had a NaN or an infinity in it; they count as missing.</summary>
    public int NonFinite { get; init; }

    /// <summary>The raw id of the first of them; null where there is none.</summary>
    public string? NonFiniteExample { get; init; }

    /// <summary>Why the vectors tell no item from another, in words; null where they do. Such a modality is left out.</summary>
    public string? Uninformative { get; init; }

    /// <summary>Records of the source whose id had been seen before; the first one counts.</summary>
    public long RepeatedIds { get; init; }

    /// <summary>Items whose own vector is all zeros before standardising; it stays so, and no part of the mean.</summary>
    public int ZeroRows { get; init; }

    /// <summary>The raw id of the first of them; null where there is none.</summary>
    public string? ZeroRowExample { get; init; }

    /// <summary>Items whose own vector equals another item's, bit for bit.</summary>
    public int DuplicateRows { get; init; }

    /// <summary>The largest number of items that share one vector.</summary>
    public int LargestDuplicateGroup { get; init; }

    /// <summary>Share of the variance kept by a decomposition or reduction, 0 to 1; null where nothing was dropped.</summary>
    public double? ExplainedVariance { get; init; }

    /// <summary>What was done to the vectors.</summary>
    public required Standardization Standardization { get; init; }

    /// <summary>Euclidean norm of the mean vector that was, or would have been, taken off.</summary>
    public double MeanNorm { get; init; }

    /// <summary>Median Euclidean norm of the present rows that are not zero before they were, or would have been, normalised.</summary>
    public double MedianRowNorm { get; init; }

    /// <summary>How far the single dimensions spread over the present items whose vector is not zero, before normalising.</summary>
    public DimensionSpread? Spread { get; init; }
}

/// <summary>Standard deviations of a table's dimensions over the items that have a vector.</summary>
/// <param name="Smallest">The least of them.</param>
/// <param name="Median">The middle one.</param>
/// <param name="Largest">The greatest of them.</param>
/// <param name="ConstantDimensions">Dimensions in which all items are the same.</param>
/// <param name="EffectiveDimensions">
/// (Σ variance)² ÷ Σ variance²: how many equally wide dimensions would spread as much; near 1, one dimension drowns the others.
/// </param>
public sealed record DimensionSpread(
    double Smallest,
    double Median,
    double Largest,
    int ConstantDimensions,
    double EffectiveDimensions
);

/// <summary>What was taken out of the descriptions because too many items have it.</summary>
/// <param name="Items">Items whose description lost something.</param>
/// <param name="Words">Words taken out, all items together.</param>
/// <param name="Passages">The passages met most often in the first thousand of these items, most frequent first.</param>
public sealed record BoilerplateStatistics(int Items, long Words, IReadOnlyList<BoilerplatePassage> Passages);

/// <summary>A run of words that was taken out of descriptions.</summary>
/// <param name="Text">Its words, as the first item has them; long ones are cut.</param>
/// <param name="Items">Items that lost exactly these words.</param>
public sealed record BoilerplatePassage(string Text, int Items);
