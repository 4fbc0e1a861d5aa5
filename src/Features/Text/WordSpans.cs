using System.Globalization;

namespace CranePipeline.Features;

/// <summary>
/// Where the words of a text lie, and a hash of each: runs of letters and digits whatever their case, an ideograph by itself. The
/// lists are reused from text to text.
/// </summary>
internal sealed class WordSpans
{
    private const ulong Multiplier = 0x9E3779B97F4A7C15;

    private GrowingList<ulong> hashes = new(1024);
    private GrowingList<int> starts = new(1024);
    private GrowingList<int> ends = new(1024);

    internal int Count => hashes.Count;

    internal ReadOnlySpan<ulong> Hashes => hashes.Written;

    internal ReadOnlySpan<int> Starts => starts.Written;

    internal ReadOnlySpan<int> Ends => ends.Written;

    /// <summary>Replaces what was found before by the words of this text.</summary>
    internal void Scan(ReadOnlySpan<char> text)
    {
        hashes.Clear();
        starts.Clear();
        ends.Clear();
        int position = 0;
        while (position < text.Length)
        {
            char letter = Fold(text[position]);
            if (letter == '\0')
            {
                position++;
                continue;
            }

            int start = position;
            bool alone = letter >= 128 && UnicodeRanges.IsIdeograph(letter);
            ulong hash = Add(0, letter);
            for (position++; !alone && position < text.Length; position++)
            {
                letter = Fold(text[position]);
                if (letter == '\0' || (letter >= 128 && UnicodeRanges.IsIdeograph(letter)))
                {
                    break;
                }

                hash = Add(hash, letter);
            }

            hashes.Add(hash);
            starts.Add(start);
            ends.Add(position);
        }
    }

    private static ulong Add(ulong hash, char letter)
    {
        hash = (hash ^ letter) * Multiplier;
        return hash ^ (hash >> 29);
    }

    // NUL for what is no part of a word.
    private static char Fold(char letter)
    {
        if (letter < 128)
        {
            return (char)WordHasher.AsciiWord[letter];
        }

        return
            char.IsLetterOrDigit(letter)
            || char.IsSurrogate(letter)
            || CharUnicodeInfo.GetUnicodeCategory(letter) == UnicodeCategory.NonSpacingMark
            ? char.ToLowerInvariant(letter)
            : '\0';
    }
}
