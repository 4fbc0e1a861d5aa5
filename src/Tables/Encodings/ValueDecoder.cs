namespace CranePipeline.Tables;

/// <summary>Decodes the values of a page, every encoding but the dictionary's indices.</summary>
/// <typeparam name="T">What a value becomes.</typeparam>
internal abstract class ValueDecoder<T>
{
    /// <summary>Decodes exactly <paramref name="values"/>.Length values.</summary>
    public abstract void Decode(PageEncoding encoding, ReadOnlySpan<byte> data, Span<T> values);

    /// <summary>Whether PLAIN values lie in the file as they lie in memory.</summary>
    public virtual bool IsPlainMemory => false;

    /// <summary>Reads PLAIN values straight into their place, where <see cref="IsPlainMemory"/>.</summary>
    public virtual void ReadPlain(PageReader pages, Span<T> values) =>
        throw new InvalidOperationException("these values are not memory");

    private protected static CorruptDataException Unknown(PageEncoding encoding) =>
        new(
            $"values in the encoding {encoding}, which does not go with their type",
            "write the file with another tool or other settings"
        );

    private protected static ReadOnlySpan<byte> Exactly(ReadOnlySpan<byte> data, long size, int values) =>
        data.Length >= size
            ? data[..(int)size]
            : throw new CorruptDataException($"{values} values are announced where {data.Length} of their {size} bytes are left");
}
