namespace CranePipeline.Tables;

/// <summary>The values of a column chunk that are there, without gaps, and how they are laid out.</summary>
internal abstract class ValueEncoder
{
    /// <summary>After so many values a dictionary that found nearly all of them new is given up.</summary>
    private const int FirstTrial = 4096;

    /// <summary>After so many, one that found more than half of them new.</summary>
    private protected const int SecondTrial = 65536;

    /// <summary>The most bytes a dictionary may take.</summary>
    private protected const int DictionaryBytes = 1 << 20;

    public abstract int Count { get; }

    /// <summary>The bytes the values from <paramref name="start"/> to <paramref name="end"/> take in PLAIN.</summary>
    public abstract long PlainSize(int start, int end);

    /// <summary>Whether the values lie in memory as in PLAIN: then <see cref="InMemory"/> has them, and nothing need be copied.</summary>
    public virtual bool IsPlainInMemory => true;

    /// <summary>Values in PLAIN, where <see cref="IsPlainInMemory"/>.</summary>
    public abstract ReadOnlySpan<byte> InMemory(int start, int end);

    public virtual void Plain(int start, int end, ByteBuffer output) => output.Bytes(InMemory(start, end));

    /// <summary>Whether differences (DELTA_BINARY_PACKED) are the smallest way to lay the values out, and quickly found to be.</summary>
    public virtual bool PrefersDeltas => false;

    /// <summary>Lays values out as differences, where <see cref="PrefersDeltas"/>.</summary>
    public virtual void Deltas(int start, int end, ByteBuffer output) => throw new NotSupportedException();

    /// <summary>Finds the different values, or answers null where there are too many for a dictionary to pay.</summary>
    public abstract ValueDictionary? BuildDictionary();

    /// <summary>The least and greatest value in PLAIN without lengths, or null where they have no order or there are none.</summary>
    public abstract (byte[] Minimum, byte[] Maximum)? Range();

    /// <summary>Gives rented memory back; the values may not be used any more.</summary>
    public virtual void Release() { }

    /// <summary>Whether a dictionary is given up that found so many different among the values so far.</summary>
    private protected static bool IsHopeless(int distinct, int values) =>
        (values >= FirstTrial && distinct > values - values / 8) || (values >= SecondTrial && distinct > values / 2);

    private protected ValueDictionary? IfItPays(ValueDictionary dictionary)
    {
        if (dictionary.Plain.Length + dictionary.IndexSize(0, Count) < PlainSize(0, Count) * 9 / 10)
        {
            return dictionary;
        }
        dictionary.Release();
        return null;
    }
}
