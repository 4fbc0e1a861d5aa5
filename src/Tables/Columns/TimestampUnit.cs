namespace CranePipeline.Tables;

/// <summary>What a <see cref="TimestampColumn"/> counts since 1970-01-01T00:00.</summary>
public enum TimestampUnit
{
    /// <summary>Thousandths of a second.</summary>
    Milliseconds,

    /// <summary>Millionths of a second.</summary>
    Microseconds,

    /// <summary>Thousand-millionths of a second.</summary>
    Nanoseconds,
}
