namespace CranePipeline.Ingest.Internals;

/// <summary>Raw ids by number.</summary>
internal interface IIdTable
{
    /// <summary>The bytes of an id; gone when the table is.</summary>
    ReadOnlySpan<byte> this[int id] { get; }

    /// <summary>Asks for the bytes of an id that will be looked at soon.</summary>
    void Prefetch(int id);
}
