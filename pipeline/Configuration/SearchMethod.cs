namespace CranePipeline.Configuration;

/// <summary>Which combinations a search tries where it may not try all.</summary>
internal enum SearchMethod
{
    /// <summary>Drawn at random, the same ones for every seed and data set.</summary>
    Random,

    /// <summary>From the first values on, one setting at a time, always from the best so far.</summary>
    Coordinate,
}
