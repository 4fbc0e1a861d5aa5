using System.ComponentModel.DataAnnotations;

namespace CranePipeline.Tables;

/// <summary>How <see cref="ParquetReader"/> reads.</summary>
public sealed record ParquetReadOptions
{
    /// <summary>
    /// How many bytes of memory a byte of the file may at most become (beyond 64 MiB, which every file may take), so that a damaged
    /// file that announces absurd numbers of rows is refused instead of taking all memory.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int MaximumExpansion { get; init; } = 65536;

    /// <summary>How many threads decode at once; 0 is one a processor. The result does not depend on it.</summary>
    [Range(0, 1024)]
    public int Threads { get; init; }
}
