using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using CranePipeline.Tables;

namespace CranePipeline.Ingest.Reading;

/// <summary>
/// Reads gzip (RFC 1952) of one or many members and knows whether it was whole. The framework's own GZipStream returns what
/// it has and then a quiet end when a file is cut, so the frame is read here and only the deflate data is left to it.
/// </summary>
internal sealed class GzipStream(Stream file, string name) : ReadOnlyStream
{
    private readonly WindowStream window = new(file);
    private readonly Crc32 checksum = new();
    private DeflateStream? inflater;
    private uint length;
    private bool finished;

    public override int Read(Span<byte> buffer)
    {
        while (!finished && !buffer.IsEmpty)
        {
            inflater ??= Open();
            int read;
            try
            {
                read = inflater.Read(buffer);
            }
            catch (InvalidDataException error)
            {
                throw new InputException(
                    $"{name} is damaged near byte {window.Offset}: its compressed data cannot be decoded; fetch the file again",
                    error
                );
            }

            if (read > 0)
            {
                checksum.Append(buffer[..read]);
                length += (uint)read;
                return read;
            }

            CloseMember();
        }

        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inflater?.Dispose();
            window.Dispose();
        }

        base.Dispose(disposing);
    }

    private DeflateStream Open()
    {
        ReadOnlySpan<byte> header = window.Peek(10);
        if (header.Length < 10)
        {
            throw Cut();
        }

        if (header[0] != 0x1F || header[1] != 0x8B || header[2] != 8)
        {
            throw new InputException(
                $"{name} has bytes after its gzip data at byte {window.Offset} that are not gzip; fetch the file again"
            );
        }

        int flags = header[3];
        window.Skip(10);
        if ((flags & 4) != 0)
        {
            ReadOnlySpan<byte> size = window.Peek(2);
            SkipExactly(size.Length < 2 ? throw Cut() : 2 + BinaryPrimitives.ReadUInt16LittleEndian(size));
        }

        if ((flags & 8) != 0)
        {
            SkipText();
        }

        if ((flags & 16) != 0)
        {
            SkipText();
        }

        if ((flags & 2) != 0)
        {
            SkipExactly(2);
        }

        checksum.Reset();
        length = 0;
        return new DeflateStream(window, CompressionMode.Decompress, leaveOpen: true);
    }

    /// <summary>
    /// Finds the trailer. The inflater does not say how much of its last helping it used, but the checksum and length that it
    /// led to are the very next eight bytes, so they are looked for there.
    /// </summary>
    private void CloseMember()
    {
        bool asked = window.AskedBeyondEnd;
        inflater!.Dispose();
        inflater = null;
        int taken = window.Last.Length;
        window.Return(taken);
        Span<byte> trailer = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, checksum.GetCurrentHashAsUInt32());
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], length);
        ReadOnlySpan<byte> bytes = window.Peek(taken + 8 + 3);
        int last = Math.Min(taken, bytes.Length - 8);
        int found = -1;
        for (int at = 0; at <= last; at++)
        {
            int next = bytes[at..].IndexOf(trailer);
            if (next < 0)
            {
                break;
            }

            at += next;
            ReadOnlySpan<byte> after = bytes[(at + 8)..];
            // The bytes of an empty member's trailer can also end its data: a whole member follows only the right place.
            if (after.IsEmpty || after.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B, 8]))
            {
                found = at;
                break;
            }

            found = found < 0 ? at : found;
        }

        if (found < 0)
        {
            bool atEnd = asked || bytes.Length < taken + 8;
            window.Skip(bytes.Length);
            throw atEnd
                ? Cut()
                : new InputException(
                    $"{name} is damaged before byte {window.Offset}: the checksum of its contents is wrong; fetch the file again"
                );
        }

        window.Skip(found + 8);
        finished = OnlyPaddingFollows();
    }

    private bool OnlyPaddingFollows()
    {
        while (true)
        {
            ReadOnlySpan<byte> next = window.Peek(512);
            int padding = next.IndexOfAnyExcept((byte)0);
            if (padding > 0)
            {
                // Tapes and some tools fill the last block with zeros; gzip ignores them as well.
                window.Skip(padding);
                return false;
            }

            if (padding == 0)
            {
                return false;
            }

            if (next.IsEmpty)
            {
                return true;
            }

            window.Skip(next.Length);
        }
    }

    private void SkipText()
    {
        while (true)
        {
            ReadOnlySpan<byte> next = window.Peek(256);
            if (next.IsEmpty)
            {
                throw Cut();
            }

            int end = next.IndexOf((byte)0);
            window.Skip(end < 0 ? next.Length : end + 1);
            if (end >= 0)
            {
                return;
            }
        }
    }

    private void SkipExactly(int count)
    {
        while (count > 0)
        {
            int there = window.Peek(Math.Min(count, 4096)).Length;
            if (there == 0)
            {
                throw Cut();
            }

            window.Skip(there);
            count -= there;
        }
    }

    private InputException Cut() =>
        new(
            $"{name} is truncated: it ends at byte {window.Offset + window.Peek(1 << 16).Length} "
                + "in the middle of its gzip data; fetch the file again"
        );
}
