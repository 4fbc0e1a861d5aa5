using CranePipeline.Tables;

namespace CranePipeline.Ingest.Reading;

/// <summary>
/// Finds where whole records of a delimited file end. Where fields may stand in quotes (RFC 4180), a line break within them ends
/// nothing; a quote opens a field only at its beginning.
/// </summary>
/// <param name="name">The file's name for messages.</param>
/// <param name="separator">What stands between fields, in UTF-8.</param>
/// <param name="quoted">Whether fields may stand in quotes.</param>
internal sealed class RecordCutter(string name, byte[] separator, bool quoted)
{
    /// <summary>The most lines of a field in quotes; a quote that is open for longer was never meant to open anything.</summary>
    public const int MostLines = 1000;

    /// <summary>The length of the whole records at the beginning of a text, 0 if there is none.</summary>
    /// <param name="text">Begins with a record.</param>
    /// <param name="isLast">Whether the file ends with it.</param>
    /// <param name="firstLine">The text's first line, from 1.</param>
    /// <exception cref="InputException">A quote does not close.</exception>
    public int Cut(ReadOnlySpan<byte> text, bool isLast, long firstLine)
    {
        int cut = 0;
        for (int at = 0; at < text.Length; )
        {
            int quote = quoted ? text[at..].IndexOf((byte)'"') : -1;
            int end = quote < 0 ? text.Length : at + quote;
            int ended = LastBreak(text[at..end], end == text.Length);
            cut = ended < 0 ? cut : at + ended + 1;
            if (quote < 0)
            {
                break;
            }

            at = end + 1;
            if (!BeginsField(text, end))
            {
                continue;
            }

            int close = Close(text, at);
            if (close < 0)
            {
                CheckOpen(text, end, isLast, firstLine);
                return cut;
            }

            at = close + 1;
        }

        return isLast ? text.Length : cut;
    }

    /// <summary>
    /// The last line break; a carriage return by itself is one in files that have no other, unless the next byte is yet to come.
    /// </summary>
    private static int LastBreak(ReadOnlySpan<byte> text, bool atEnd)
    {
        int found = text.LastIndexOf((byte)'\n');
        return found >= 0 || text.IsEmpty ? found
            : atEnd ? text[..^1].LastIndexOf((byte)'\r')
            : text.LastIndexOf((byte)'\r');
    }

    private bool BeginsField(ReadOnlySpan<byte> text, int at) =>
        at == 0 || text[at - 1] is (byte)'\n' or (byte)'\r' || text[..at].EndsWith(separator);

    /// <summary>The quote that closes a field, or −1.</summary>
    private static int Close(ReadOnlySpan<byte> text, int at)
    {
        while (true)
        {
            int quote = text[at..].IndexOf((byte)'"');
            if (quote < 0)
            {
                return -1;
            }

            at += quote;
            if (at + 1 >= text.Length || text[at + 1] != '"')
            {
                return at;
            }

            at += 2;
        }
    }

    private void CheckOpen(ReadOnlySpan<byte> text, int quote, bool isLast, long firstLine)
    {
        if (isLast || text[quote..].Count((byte)'\n') > MostLines)
        {
            long line = firstLine + ChunkReader.CountLines(text[..quote]);
            throw new InputException(
                isLast
                    ? $"the quote opened in line {line} of {name} never closes; mend "
                        + "it, or set quote: false if quotes are ordinary characters there"
                    : $"the quote opened in line {line} of {name} is still open {MostLines} lines "
                        + "on; mend it, or set quote: false if quotes are ordinary characters there"
            );
        }
    }
}
