using System.Buffers;

namespace CranePipeline.Ingest.Reading;

/// <summary>Whole lines of one file.</summary>
internal sealed class Chunk(byte[] buffer, int length, long firstLine, long number) : IDisposable
{
    /// <summary>Holds the lines in its first <see cref="Length"/> bytes.</summary>
    public byte[] Buffer { get; } = buffer;

    /// <summary>Bytes of lines, the last line break included where there is one.</summary>
    public int Length { get; } = length;

    /// <summary>The number, from 1, of the first line.</summary>
    public long FirstLine { get; } = firstLine;

    /// <summary>The chunk's place in its file, from 0.</summary>
    public long Number { get; } = number;

    /// <summary>The lines.</summary>
    public ReadOnlySpan<byte> Bytes => Buffer.AsSpan(0, Length);

    public void Dispose() => ArrayPool<byte>.Shared.Return(Buffer);
}
