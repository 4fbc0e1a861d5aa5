namespace CranePipeline.Ingest.Splits;

/// <summary>What is known of a padded block before it is hashed.</summary>
internal interface IMd5Block
{
    /// <summary>Whether a word is zero in every block of this kind.</summary>
    static abstract bool IsZero(int word);
}

/// <summary>Any message of one block. Its length in bits never reaches the last word.</summary>
internal readonly struct LongBlock : IMd5Block
{
    public static bool IsZero(int word) => word == 15;
}

/// <summary>A message of up to 31 bytes, which with its end mark are the first eight words.</summary>
internal readonly struct ShortBlock : IMd5Block
{
    /// <summary>The words for the message and its end mark.</summary>
    public const int Words = 8;

    public static bool IsZero(int word) => word >= Words && word != 14;
}
