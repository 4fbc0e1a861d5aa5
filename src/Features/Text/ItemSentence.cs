using System.Net;

namespace CranePipeline.Features;

/// <summary>
/// An item's sentence: its fields in order, HTML unescaped and its tags dropped, white space folded, cut at a whole word.
/// </summary>
internal static class ItemSentence
{
    private const int LongestTag = 512;

    /// <summary>The sentence as a string; empty where the item has no text.</summary>
    internal static string Compose(ItemText? text, IReadOnlyList<TextField> fields, int maxLength, PassageFilter? filter = null)
    {
        var buffer = new CharBuffer(1024);
        try
        {
            Compose(text, fields, maxLength, ref buffer, filter);
            return buffer.Written.ToString();
        }
        finally
        {
            buffer.Dispose();
        }
    }

    /// <summary>Writes the sentence into an emptied buffer, without the passages the filter drops.</summary>
    internal static void Compose(
        ItemText? text,
        IReadOnlyList<TextField> fields,
        int maxLength,
        ref CharBuffer target,
        PassageFilter? filter = null
    )
    {
        target.Truncate(0);
        filter?.Start();
        if (text is null)
        {
            return;
        }

        for (int field = 0; field < fields.Count; field++)
        {
            switch (fields[field])
            {
                case TextField.Title:
                    AppendClean(text.Title, ref target);
                    break;
                case TextField.Brand:
                    AppendClean(text.Brand, ref target);
                    break;
                case TextField.Categories:
                    AppendCategories(text.Categories, ref target);
                    break;
                default:
                    int start = target.Length;
                    AppendClean(text.Description, ref target);
                    filter?.Drop(ref target, start);
                    break;
            }

            if (maxLength > 0 && target.Length > maxLength)
            {
                target.Truncate(WholeWords(target.Written, maxLength));
                return;
            }
        }
    }

    private static void AppendCategories(IReadOnlyList<string>? categories, ref CharBuffer target)
    {
        if (categories is null)
        {
            return;
        }

        // A product stands in several branches of the category tree, which share their upper levels.
        for (int category = 0; category < categories.Count; category++)
        {
            bool seen = false;
            for (int earlier = 0; earlier < category && !seen; earlier++)
            {
                seen = string.Equals(categories[earlier], categories[category], StringComparison.Ordinal);
            }

            if (!seen)
            {
                AppendClean(categories[category], ref target);
            }
        }
    }

    /// <summary>Appends a field, unescaped, without tags and with single blanks, after a blank where something stands there.</summary>
    internal static void AppendClean(string? field, ref CharBuffer target)
    {
        if (string.IsNullOrEmpty(field))
        {
            return;
        }

        string text = field;
        // Twice, because the metadata often holds text that was escaped twice (&amp;amp;).
        for (int pass = 0; pass < 2 && text.Contains('&', StringComparison.Ordinal); pass++)
        {
            text = WebUtility.HtmlDecode(text);
        }

        bool gap = target.Length > 0;
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty)
        {
            char letter = rest[0];
            if (letter <= ' ' || (letter >= '\u007F' && (char.IsWhiteSpace(letter) || char.IsControl(letter))))
            {
                gap = true;
                rest = rest[1..];
                continue;
            }

            if (letter == '<' && TagLength(rest) is var tag and > 0)
            {
                gap = true;
                rest = rest[tag..];
                continue;
            }

            if (gap && target.Length > 0)
            {
                target.Append(' ');
            }

            gap = false;
            int run = 1;
            while (run < rest.Length && rest[run] is > ' ' and < '\u007F' and not '<')
            {
                run++;
            }

            target.Append(rest[..run]);
            rest = rest[run..];
        }
    }

    // A tag starts with a letter, a slash or an exclamation mark, so "a < b" stays.
    private static int TagLength(ReadOnlySpan<char> text)
    {
        if (text.Length < 3 || !(char.IsAsciiLetter(text[1]) || text[1] is '/' or '!'))
        {
            return 0;
        }

        int end = text[..Math.Min(text.Length, LongestTag)].IndexOf('>');
        return end < 0 ? 0 : end + 1;
    }

    private static int WholeWords(ReadOnlySpan<char> text, int maxLength)
    {
        if (text[maxLength] == ' ')
        {
            return maxLength;
        }

        int space = text[..maxLength].LastIndexOf(' ');
        int cut = space > maxLength / 2 ? space : maxLength;
        return char.IsHighSurrogate(text[cut - 1]) ? cut - 1 : cut;
    }
}
