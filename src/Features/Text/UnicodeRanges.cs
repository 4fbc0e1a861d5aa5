namespace CranePipeline.Features;

/// <summary>Blocks of characters that tokenisers treat apart.</summary>
internal static class UnicodeRanges
{
    /// <summary>CJK ideographs of the basic plane, which stand for words of their own; kana and Hangul are not among them.</summary>
    internal static bool IsIdeograph(char letter) =>
        letter is >= '\u3400' and <= '\u4DBF' or >= '\u4E00' and <= '\u9FFF' or >= '\uF900' and <= '\uFAFF';

    /// <summary>CJK ideographs of the supplementary planes.</summary>
    internal static bool IsIdeograph(int codePoint) =>
        codePoint
            is >= 0x20000
                and <= 0x2A6DF
                or >= 0x2A700
                and <= 0x2B81F
                or >= 0x2B820
                and <= 0x2CEAF
                or >= 0x2F800
                and <= 0x2FA1F;
}
