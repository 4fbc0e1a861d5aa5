using System.Globalization;
using System.Text;
using CranePipeline.Tables;

namespace CranePipeline.Features;

/// <summary>
/// BERT's tokeniser (Devlin et al., 2019): clean, set CJK ideographs and punctuation apart, lower-case without accents where the model is uncased, then
/// the longest pieces of the vocabulary from left to right.
/// </summary>
internal sealed class WordPieceTokenizer
{
    private const int LongestWord = 100;

    private readonly Dictionary<string, int> initial = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> continuing = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> initialPieces;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> continuingPieces;
    private readonly bool lowerCase;
    private readonly int unknown;
    private readonly int first;
    private readonly int last;

    internal WordPieceTokenizer(string vocabularyPath, bool lowerCase)
    {
        this.lowerCase = lowerCase;
        int number = 0;
        foreach (string line in InputFile.Lines(vocabularyPath))
        {
            bool continues = line.Length > 2 && line.StartsWith("##", StringComparison.Ordinal);
            (continues ? continuing : initial)[continues ? line[2..] : line] = number++;
        }

        VocabularySize = number;
        initialPieces = initial.GetAlternateLookup<ReadOnlySpan<char>>();
        continuingPieces = continuing.GetAlternateLookup<ReadOnlySpan<char>>();
        unknown = Special(vocabularyPath, "[UNK]");
        first = Special(vocabularyPath, "[CLS]");
        last = Special(vocabularyPath, "[SEP]");
    }

    internal int VocabularySize { get; }

    /// <summary>The pieces of a sentence with the markers before and after, at most <paramref name="maxTokens"/> in all.</summary>
    internal int[] Encode(ReadOnlySpan<char> sentence, int maxTokens)
    {
        var clean = new CharBuffer(sentence.Length + 64);
        var pieces = new GrowingList<int>(64);
        pieces.Add(first);
        Clean(sentence, ref clean);
        foreach (Range range in clean.Written.Split(' '))
        {
            ReadOnlySpan<char> word = clean.Written[range];
            if (!word.IsEmpty)
            {
                AppendPieces(word, ref pieces);
            }

            if (pieces.Count >= maxTokens - 1)
            {
                break;
            }
        }

        clean.Dispose();
        ReadOnlySpan<int> kept = pieces.Written[..Math.Min(pieces.Count, maxTokens - 1)];
        return [.. kept, last];
    }

    private void AppendPieces(ReadOnlySpan<char> word, ref GrowingList<int> pieces)
    {
        if (word.Length > LongestWord)
        {
            pieces.Add(unknown);
            return;
        }

        Span<int> found = stackalloc int[LongestWord];
        int count = 0;
        for (int start = 0; start < word.Length; )
        {
            int end = word.Length;
            int piece = -1;
            for (; end > start; end--)
            {
                if ((start == 0 ? initialPieces : continuingPieces).TryGetValue(word[start..end], out piece))
                {
                    break;
                }
            }

            if (end == start)
            {
                // One unmatched place makes the whole word unknown.
                pieces.Add(unknown);
                return;
            }

            found[count++] = piece;
            start = end;
        }

        foreach (int piece in found[..count])
        {
            pieces.Add(piece);
        }
    }

    private void Clean(ReadOnlySpan<char> sentence, ref CharBuffer target)
    {
        foreach (Rune rune in sentence.EnumerateRunes())
        {
            UnicodeCategory category = Rune.GetUnicodeCategory(rune);
            if (rune.Value is '\t' or '\n' or '\r' || category == UnicodeCategory.SpaceSeparator)
            {
                target.Append(' ');
            }
            else if (rune.Value is 0 or 0xFFFD || IsControl(category))
            {
                continue;
            }
            else if (IsPunctuation(rune.Value, category) || IsIdeograph(rune.Value))
            {
                target.Append(' ');
                AppendFolded(rune, ref target);
                target.Append(' ');
            }
            else
            {
                AppendFolded(rune, ref target);
            }
        }
    }

    private void AppendFolded(Rune rune, ref CharBuffer target)
    {
        if (!rune.IsBmp)
        {
            Span<char> pair = stackalloc char[2];
            (lowerCase ? Rune.ToLowerInvariant(rune) : rune).EncodeToUtf16(pair);
            target.Append(pair);
        }
        else if (!lowerCase)
        {
            target.Append((char)rune.Value);
        }
        else if (rune.Value == 0x130)
        {
            // The dotted capital I is the one letter whose lower case is two characters, of which the second is a mark.
            target.Append('i');
        }
        else
        {
            AccentFolding.Append(char.ToLowerInvariant((char)rune.Value), ref target);
        }
    }

    private static bool IsControl(UnicodeCategory category) =>
        category
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.PrivateUse
                or UnicodeCategory.Surrogate
                or UnicodeCategory.OtherNotAssigned;

    // All of ASCII's symbols count, also those Unicode calls currency, mathematical or modifier symbols.
    private static bool IsPunctuation(int codePoint, UnicodeCategory category) =>
        codePoint is (>= 33 and <= 47) or (>= 58 and <= 64) or (>= 91 and <= 96) or (>= 123 and <= 126)
        || category is >= UnicodeCategory.ConnectorPunctuation and <= UnicodeCategory.OtherPunctuation;

    private static bool IsIdeograph(int codePoint) =>
        codePoint <= char.MaxValue ? UnicodeRanges.IsIdeograph((char)codePoint) : UnicodeRanges.IsIdeograph(codePoint);

    private int Special(string path, string piece) =>
        initial.TryGetValue(piece, out int number)
            ? number
            : throw new InputException($"'{path}' has no line '{piece}', so it is not a BERT vocabulary; download it again.");
}
