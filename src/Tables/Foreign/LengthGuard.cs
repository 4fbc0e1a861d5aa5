using System.Buffers.Binary;

namespace CranePipeline.Tables;

/// <summary>
/// An Arrow file whose lengths are looked at before anything is allocated for them: every read of four bytes is the length of a
/// message or of the footer, and none is longer than the file.
/// </summary>
internal sealed class LengthGuard(FileStream inner) : Stream
{
    private const int LengthBytes = 4;

    // Stands before a length since version 0.15 of the format.
    private const int Continuation = -1;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => inner.Position = value;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int read = inner.Read(buffer);
        if (buffer.Length == LengthBytes && read == LengthBytes)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(buffer);
            if (length != Continuation && (length < 0 || length > inner.Length))
            {
                throw new InvalidDataException($"a part of {length} bytes in a file of {inner.Length}");
            }
        }

        return read;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        Task.FromResult(Read(buffer, offset, count));

    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

    public override void Flush() { }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
