using System.Globalization;

namespace CranePipeline.Features;

/// <summary>
/// Canonical decomposition without its non-spacing marks: é becomes e. The table comes from the Unicode character database, because
/// <see cref="string.Normalize()"/> leaves text as it is where the runtime has no ICU, and the same text must give the same vectors
/// everywhere.
/// </summary>
internal static class AccentFolding
{
    private const char FirstSyllable = '\uAC00';
    private const char LastSyllable = '\uD7A3';

    // The one-letter result for each character; NUL where the character vanishes, expands or is not a single unit.
    private static readonly char[] Folded;
    private static readonly Dictionary<char, string> Expansions;

    static AccentFolding()
    {
        Folded = new char[char.MaxValue + 1];
        Expansions = [];
        for (int code = 0; code <= char.MaxValue; code++)
        {
            char letter = (char)code;
            Folded[code] = CharUnicodeInfo.GetUnicodeCategory(letter) == UnicodeCategory.NonSpacingMark ? '\0' : letter;
        }

        using Stream resource = typeof(AccentFolding).Assembly.GetManifestResourceStream("Accents.txt")!;
        using var reader = new StreamReader(resource);
        while (reader.ReadLine() is { } line)
        {
            char[] codes = Array.ConvertAll(
                line.Split(' '),
                code => (char)int.Parse(code, NumberStyles.HexNumber, CultureInfo.InvariantCulture)
            );
            if (codes.Length == 2)
            {
                Folded[codes[0]] = codes[1];
            }
            else
            {
                Folded[codes[0]] = '\0';
                Expansions[codes[0]] = new string(codes, 1, codes.Length - 1);
            }
        }
    }

    /// <summary>The letter without its accents where that is a single letter, NUL where it vanishes or becomes several.</summary>
    internal static char Fold(char letter) => Folded[letter];

    /// <summary>Appends the letter without its accents: nothing for a mark, several characters for a Hangul syllable.</summary>
    internal static void Append(char letter, ref CharBuffer target)
    {
        if (letter is >= FirstSyllable and <= LastSyllable)
        {
            // Unicode standard, section 3.12: syllables decompose into two or three jamo by arithmetic.
            int index = letter - FirstSyllable;
            target.Append((char)(0x1100 + (index / 588)));
            target.Append((char)(0x1161 + (index % 588 / 28)));
            if (index % 28 != 0)
            {
                target.Append((char)(0x11A7 + (index % 28)));
            }
        }
        else if (Folded[letter] is var folded and not '\0')
        {
            target.Append(folded);
        }
        else if (Expansions.TryGetValue(letter, out string? expansion))
        {
            target.Append(expansion);
        }
    }
}
