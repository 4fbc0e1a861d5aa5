using CranePipeline.Ingest.Rows;

namespace CranePipeline.Ingest.Parsing;

/// <summary>Reads one line of one format.</summary>
internal abstract class LineParser
{
    /// <summary>Lines at the start of a file that are not rows.</summary>
    public int HeaderLines { get; init; }

    /// <summary>Looks at whole lines before they are read one by one.</summary>
    public virtual void Inspect(ReadOnlySpan<byte> lines) { }

    /// <summary>Reads the line into <paramref name="row"/>, which is reset; ids stay where they lie in the buffer.</summary>
    /// <param name="buffer">Holds the line; an id with escapes may be rewritten in place.</param>
    /// <param name="start">The line's first byte.</param>
    /// <param name="length">Its length without the line break.</param>
    /// <param name="row">What was read.</param>
    public abstract LineFault Parse(byte[] buffer, int start, int length, ref Row row);
}
