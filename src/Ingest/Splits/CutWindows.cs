namespace CranePipeline.Ingest.Splits;

/// <summary>
/// Where among all keys the two cuts of a split by rank must be looked for. Keys are spread evenly, so a share p of n of them lies below p 2³²
/// but for a few times √(n p (1 − p)).
/// </summary>
/// <param name="First">The cut between training and validation.</param>
/// <param name="Second">The cut between validation and test: behind the first one's window, or the same window.</param>
internal readonly record struct CutWindows(KeyWindow First, KeyWindow Second)
{
    private const double AllKeys = 1L << 32;

    // Ranks beside the deviation, for cuts so near the ends that there is hardly any.
    private const double Margin = 16;

    /// <summary>Windows that hold the cuts without doubt.</summary>
    public static CutWindows Whole => new(new KeyWindow(0, uint.MaxValue), new KeyWindow(0, uint.MaxValue));

    /// <summary>Windows about two ranks of <paramref name="count"/> keys.</summary>
    /// <param name="count">How many keys there are.</param>
    /// <param name="firstCut">A rank.</param>
    /// <param name="secondCut">A rank no lower.</param>
    /// <param name="deviations">How many standard deviations they reach to each side.</param>
    public static CutWindows About(int count, int firstCut, int secondCut, double deviations)
    {
        KeyWindow first = About(count, firstCut, deviations);
        KeyWindow second = About(count, secondCut, deviations);
        if (second.From > first.Last)
        {
            return new CutWindows(first, second);
        }

        KeyWindow both = new(Math.Min(first.From, second.From), Math.Max(first.Last, second.Last));
        return new CutWindows(both, both);
    }

    private static KeyWindow About(int count, int cut, double deviations)
    {
        double share = (double)cut / count;
        double half = (deviations * Math.Sqrt(count * share * (1 - share)) + Margin) / count * AllKeys;
        double middle = share * AllKeys;
        return new KeyWindow((uint)Math.Max(middle - half, 0), (uint)Math.Min(middle + half, uint.MaxValue));
    }
}

/// <summary>Keys from one to another, both included.</summary>
internal readonly record struct KeyWindow(uint From, uint Last);
