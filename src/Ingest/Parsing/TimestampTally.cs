namespace CranePipeline.Ingest.Parsing;

/// <summary>What a column's times have turned out to be.</summary>
internal sealed class TimestampTally
{
    // The lowest number that can be seconds; what is below and no date in digits either can only tell an order.
    private const double FirstSecond = 631_152_000;
    private readonly long[] counts = new long[Enum.GetValues<TimestampUnit>().Length];

    /// <summary>How many numbers there are.</summary>
    public long Numbers => counts.Sum();

    /// <summary>How many of them are whole, not negative and lower than seconds of 1990.</summary>
    public long Small { get; private set; }

    /// <summary>How many written dates there are.</summary>
    public long Written { get; private set; }

    /// <summary>The lowest number; common ones are not looked at.</summary>
    public double Lowest { get; private set; } = double.PositiveInfinity;

    /// <summary>The highest number, likewise.</summary>
    public double Highest { get; private set; } = double.NegativeInfinity;

    /// <summary>The earliest time, as read.</summary>
    public long First { get; private set; } = long.MaxValue;

    /// <summary>The latest time, as read.</summary>
    public long Last { get; private set; } = long.MinValue;

    /// <summary>How many numbers are times in a unit.</summary>
    public long this[TimestampUnit unit] => counts[(int)unit];

    /// <summary>Counts a number.</summary>
    /// <param name="number">The number.</param>
    /// <param name="unit">The unit in which it is a time.</param>
    /// <param name="time">The time, if it was read.</param>
    public void Add(double number, TimestampUnit unit, long? time)
    {
        counts[(int)unit]++;
        Small += number >= 0 && number < FirstSecond && number == Math.Floor(number) ? 1 : 0;
        Lowest = Math.Min(Lowest, number);
        Highest = Math.Max(Highest, number);
        if (time is { } read)
        {
            First = Math.Min(First, read);
            Last = Math.Max(Last, read);
        }
    }

    /// <summary>Counts a number that is seconds.</summary>
    public void AddSeconds(long time)
    {
        counts[(int)TimestampUnit.Seconds]++;
        First = Math.Min(First, time);
        Last = Math.Max(Last, time);
    }

    /// <summary>Counts a written date.</summary>
    public void AddWritten(long time)
    {
        Written++;
        First = Math.Min(First, time);
        Last = Math.Max(Last, time);
    }

    /// <summary>Adds numbers that were counted elsewhere.</summary>
    /// <param name="unit">The unit in which they are times.</param>
    /// <param name="count">How many they are.</param>
    /// <param name="small">How many of them are whole, not negative and lower than seconds of 1990.</param>
    /// <param name="lowest">The lowest.</param>
    /// <param name="highest">The highest.</param>
    public void Add(TimestampUnit unit, long count, long small, double lowest, double highest)
    {
        counts[(int)unit] += count;
        Small += small;
        Lowest = Math.Min(Lowest, lowest);
        Highest = Math.Max(Highest, highest);
    }

    /// <summary>Adds the earliest and the latest of times that were read elsewhere.</summary>
    public void AddRead(long first, long last)
    {
        First = Math.Min(First, first);
        Last = Math.Max(Last, last);
    }

    /// <summary>Adds what another has counted.</summary>
    public void Add(TimestampTally other)
    {
        for (int unit = 0; unit < counts.Length; unit++)
        {
            counts[unit] += other.counts[unit];
        }

        Small += other.Small;
        Written += other.Written;
        Lowest = Math.Min(Lowest, other.Lowest);
        Highest = Math.Max(Highest, other.Highest);
        First = Math.Min(First, other.First);
        Last = Math.Max(Last, other.Last);
    }
}
