using System.Globalization;

namespace CranePipeline.Features;

/// <summary>
/// Splits a sentence into words (runs of letters and digits, lower-cased, without accents; a CJK ideograph is a word) and hashes
/// each word, and each pair of adjacent words, without ever making a string of it.
/// </summary>
internal static class WordHasher
{
    private const ulong Multiplier = 0x9E3779B97F4A7C15;

    /// <summary>The lower-case form of an ASCII letter or digit, 0 for any other character.</summary>
    internal static readonly byte[] AsciiWord = MakeAsciiTable();

    /// <summary>Writes the columns of all words, and of all pairs where asked, in the order of the text.</summary>
    internal static void Hash(ReadOnlySpan<char> sentence, int hashBits, bool bigrams, ref GrowingList<int> columns)
    {
        int shift = 64 - hashBits;
        ulong word = 0;
        ulong previous = 0;
        bool inWord = false;
        int position = 0;
        while (true)
        {
            bool end = position == sentence.Length;
            char letter = end ? '\0' : sentence[position++];
            char folded;
            bool alone = false;
            if (letter < 128)
            {
                folded = (char)AsciiWord[letter];
                if (letter == '\'' && inWord)
                {
                    // "don't" and "dont" are the same word to those who type reviews and titles.
                    continue;
                }
            }
            else
            {
                folded = FoldWide(letter, out alone, out bool mark);
                if (mark)
                {
                    continue;
                }
            }

            if (folded != '\0' && !alone)
            {
                word = ((inWord ? word : 0) ^ folded) * Multiplier;
                word ^= word >> 29;
                inWord = true;
                continue;
            }

            if (inWord)
            {
                Emit(word, shift, bigrams, ref previous, ref columns);
                (inWord, word) = (false, 0);
            }

            if (alone)
            {
                Emit((folded * Multiplier) ^ Multiplier, shift, bigrams, ref previous, ref columns);
            }

            if (end)
            {
                return;
            }
        }
    }

    private static void Emit(ulong word, int shift, bool bigrams, ref ulong previous, ref GrowingList<int> columns)
    {
        ulong mixed = Mix(word | 1);
        columns.Add((int)(mixed >> shift));
        if (bigrams && previous != 0)
        {
            columns.Add((int)(Mix((previous * 3) + mixed) >> shift));
        }

        previous = mixed;
    }

    private static char FoldWide(char letter, out bool alone, out bool mark)
    {
        alone = UnicodeRanges.IsIdeograph(letter);
        mark = false;
        if (alone)
        {
            return letter;
        }

        char folded = AccentFolding.Fold(letter);
        if (folded == '\0')
        {
            mark = CharUnicodeInfo.GetUnicodeCategory(letter) == UnicodeCategory.NonSpacingMark;
            return mark ? '\0' : letter;
        }

        return char.IsLetterOrDigit(folded) || char.IsSurrogate(folded) ? char.ToLowerInvariant(folded) : '\0';
    }

    private static ulong Mix(ulong value)
    {
        // The finaliser of MurmurHash3 (Appleby).
        value ^= value >> 33;
        value *= 0xFF51AFD7ED558CCD;
        value ^= value >> 33;
        value *= 0xC4CEB9FE1A85EC53;
        return value ^ (value >> 33);
    }

    private static byte[] MakeAsciiTable()
    {
        var table = new byte[128];
        for (char letter = '0'; letter <= 'z'; letter++)
        {
            if (char.IsAsciiLetterOrDigit(letter))
            {
                table[letter] = (byte)char.ToLowerInvariant(letter);
            }
        }

        return table;
    }
}
