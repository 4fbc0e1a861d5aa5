namespace CranePipeline.Tables;

/// <summary>A column of points in time, as counts of a unit since 1970-01-01T00:00, kept as the file has them so that nothing is lost.</summary>
/// <param name="name">The column's name.</param>
/// <param name="values">A count a row; the column keeps this very array.</param>
/// <param name="unit">What is counted.</param>
/// <param name="isUtc">Whether the instants are in UTC; otherwise they are local times of a place the file does not tell.</param>
/// <param name="present">For every row whether it has a value, or null where all have.</param>
public sealed class TimestampColumn(
    string name,
    long[] values,
    TimestampUnit unit = TimestampUnit.Microseconds,
    bool isUtc = true,
    bool[]? present = null
) : ValueColumn<long>(name, values, present)
{
    /// <summary>What is counted.</summary>
    public TimestampUnit Unit { get; } = unit;

    /// <summary>Whether the instants are in UTC.</summary>
    public bool IsUtc { get; } = isUtc;

    /// <inheritdoc/>
    public override ColumnType Type => ColumnType.Timestamp;

    /// <summary>One row as a date and time, to 100 nanoseconds.</summary>
    /// <exception cref="InputException">The instant lies outside the years 1 to 9999.</exception>
    public DateTime GetDateTime(int row)
    {
        var value = Values[row];
        var ticks = Unit switch
        {
            TimestampUnit.Milliseconds => (Int128)value * TimeSpan.TicksPerMillisecond,
            TimestampUnit.Microseconds => (Int128)value * TimeSpan.TicksPerMicrosecond,
            _ => (Int128)Math.DivRem(value, TimeSpan.NanosecondsPerTick, out var rest) - (rest < 0 ? 1 : 0),
        };
        ticks += DateTime.UnixEpoch.Ticks;
        if (ticks < 0 || ticks > DateTime.MaxValue.Ticks)
        {
            throw new InputException(
                $"column '{Name}' row {row}: {value} {Unit} since 1970 is outside the years 1 to 9999; check the unit it was written with"
            );
        }
        return new DateTime((long)ticks, IsUtc ? DateTimeKind.Utc : DateTimeKind.Unspecified);
    }

    private protected override Column With(long[] values, bool[]? present) =>
        new TimestampColumn(Name, values, Unit, IsUtc, present);
}
