namespace CranePipeline.Ingest.Parsing;

/// <summary>One row as a parser sees it; ids lie in the parser's memory and are gone when it reads on.</summary>
internal ref struct RawRow
{
    public ReadOnlySpan<byte> User;
    public ReadOnlySpan<byte> Item;
    public float? Rating;

    /// <summary>Milliseconds since 1970 UTC, or a place in an order.</summary>
    public long? Timestamp;

    /// <summary>0 train, 1 valid, 2 test.</summary>
    public byte? Label;

    /// <summary>Whether the time was taken from a second, written-out date.</summary>
    public bool RepairedTimestamp;

    /// <summary>What is wrong with the line, as far as is known.</summary>
    public LineFault Fault;

    /// <summary>The value that is at fault; empty if it is the line as a whole.</summary>
    public ReadOnlySpan<byte> FaultyValue;

    /// <summary>Notes a fault unless there is one already.</summary>
    public void Fail(LineFault fault, ReadOnlySpan<byte> value)
    {
        if (Fault == LineFault.None)
        {
            Fault = fault;
            FaultyValue = value;
        }
    }
}
