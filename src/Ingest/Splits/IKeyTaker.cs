namespace CranePipeline.Ingest.Splits;

/// <summary>Receives keys as they are made, on one thread.</summary>
internal interface IKeyTaker
{
    /// <summary>Takes the keys of some neighbouring rows; void when it returns.</summary>
    /// <param name="seed">The seed's place among the seeds.</param>
    /// <param name="first">The first row.</param>
    /// <param name="keys">A key a row.</param>
    void Take(int seed, int first, ReadOnlySpan<uint> keys);
}
