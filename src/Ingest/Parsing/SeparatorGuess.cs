using System.Text;

namespace CranePipeline.Ingest.Parsing;

/// <summary>Tells what stands between the fields of a delimited file from how often it does in each of the first records.</summary>
internal static class SeparatorGuess
{
    private const int MostRecords = 100;
    private const string Tab = "\t";
    private const string Space = " ";
    private static readonly string[] Usual = [Tab, ",", ";", "|", "::", Space];

    /// <summary>The separator; a comma where no usual one is there.</summary>
    /// <param name="start">The file's beginning.</param>
    /// <param name="quoted">Whether a field may stand in quotes, which hide what is in them, by the separator.</param>
    public static string Of(ReadOnlySpan<byte> start, Func<string, bool> quoted)
    {
        List<Candidate> candidates = [];
        foreach (string separator in Usual)
        {
            candidates.Add(new Candidate(separator, Counts(start, Encoding.ASCII.GetBytes(separator), quoted(separator))));
        }

        List<Candidate> everywhere = candidates.FindAll(each => each.Counts.Length > 0 && each.Counts.All(count => count > 0));
        // Names, dates and texts have spaces too, so that they are believed last; a tab hardly ever stands in a field.
        everywhere = everywhere.Count > 1 ? everywhere.FindAll(each => each.Separator != Space) : everywhere;
        List<Candidate> even = everywhere.FindAll(each => each.Counts.All(count => count == each.Counts[0]));
        Candidate? found =
            even.Find(each => each.Separator == Tab)
            ?? even.MaxBy(each => each.Counts[0])
            ?? everywhere.FirstOrDefault()
            ?? candidates.Find(each => each.Counts is [> 0, ..]);
        return found?.Separator ?? ",";
    }

    /// <summary>
    /// How often a separator stands outside quotes in each record, cut as <see cref="Reading.RecordCutter"/> does. A quote behind
    /// another separator opens a field as well, as that one may be the right one.
    /// </summary>
    private static int[] Counts(ReadOnlySpan<byte> start, ReadOnlySpan<byte> separator, bool quoted)
    {
        byte lineBreak = start.Contains((byte)'\n') ? (byte)'\n' : (byte)'\r';
        List<int> counts = [];
        int count = 0;
        (bool blank, bool open) = (true, false);
        for (int at = 0; at < start.Length && counts.Count < MostRecords; at++)
        {
            byte letter = start[at];
            if (open)
            {
                // A quote that is written twice closes nothing.
                bool twice = letter == '"' && start[(at + 1)..].StartsWith((byte)'"');
                open = letter != '"' || twice;
                at += twice ? 1 : 0;
            }
            else if (quoted && letter == '"' && BeginsField(start[..at], separator))
            {
                (open, blank) = (true, false);
            }
            else if (letter == lineBreak)
            {
                Add();
            }
            else if (start[at..].StartsWith(separator))
            {
                count++;
                at += separator.Length - 1;
                blank &= separator[0] is (byte)' ' or (byte)'\t';
            }
            else
            {
                blank &= letter is (byte)' ' or (byte)'\t' or (byte)'\r';
            }
        }

        // A record that goes on behind the beginning says nothing, unless it is the only one.
        if (counts.Count < MostRecords && (!open || counts.Count == 0))
        {
            Add();
        }

        return [.. counts];

        void Add()
        {
            if (!blank)
            {
                counts.Add(count);
            }

            (count, blank) = (0, true);
        }
    }

    private static bool BeginsField(ReadOnlySpan<byte> before, ReadOnlySpan<byte> separator) =>
        before.IsEmpty
        || before[^1] is (byte)'\n' or (byte)'\r' or (byte)'\t' or (byte)',' or (byte)';' or (byte)'|'
        || before.EndsWith("::"u8)
        || before.EndsWith(separator);

    private sealed record Candidate(string Separator, int[] Counts);
}
