using System.Text;
using CranePipeline.Tables;

namespace CranePipeline.Ingest.Reading;

/// <summary>Text of other encodings as UTF-8: UTF-16 and UTF-32 are known by their byte order marks, and refused without one.</summary>
internal static class Utf8Text
{
    private const int Looked = 64;

    /// <summary>The stream, from its beginning, in UTF-8.</summary>
    /// <exception cref="InputException">It is UTF-16 or UTF-32 without a mark.</exception>
    public static Stream Of(Stream stream, string name)
    {
        byte[] start = new byte[Looked];
        int size = stream.ReadAtLeast(start, Looked, throwOnEndOfStream: false);
        Stream whole = new PrefixedStream(start.AsMemory(0, size), stream);
        ReadOnlySpan<byte> bytes = start.AsSpan(0, size);
        Encoding? encoding =
            bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE, 0, 0]) ? Encoding.UTF32
            : bytes.StartsWith((ReadOnlySpan<byte>)[0, 0, 0xFE, 0xFF]) ? new UTF32Encoding(bigEndian: true, byteOrderMark: true)
            : bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) ? Encoding.Unicode
            : bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]) ? Encoding.BigEndianUnicode
            : null;
        if (encoding is null && LooksWide(bytes))
        {
            throw new InputException(
                $"{name} looks like UTF-16 or UTF-32 without a byte order mark; save it as UTF-8, or with the mark"
            );
        }

        return encoding is null ? whole : Encoding.CreateTranscodingStream(whole, encoding, Encoding.UTF8);
    }

    /// <summary>Whether every other byte is NUL, as in ASCII letters of two bytes; of four, three are.</summary>
    private static bool LooksWide(ReadOnlySpan<byte> bytes)
    {
        int even = 0;
        int odd = 0;
        for (int at = 0; at < bytes.Length; at++)
        {
            even += bytes[at] == 0 && at % 2 == 0 ? 1 : 0;
            odd += bytes[at] == 0 && at % 2 == 1 ? 1 : 0;
        }

        return bytes.Length >= 8 && Math.Max(even, odd) >= bytes.Length * 3 / 8;
    }

    /// <summary>Bytes that were looked at, and what follows them.</summary>
    private sealed class PrefixedStream(ReadOnlyMemory<byte> start, Stream rest) : ReadOnlyStream
    {
        private ReadOnlyMemory<byte> left = start;

        public override int Read(Span<byte> buffer)
        {
            if (left.IsEmpty)
            {
                return rest.Read(buffer);
            }

            int count = Math.Min(left.Length, buffer.Length);
            left.Span[..count].CopyTo(buffer);
            left = left[count..];
            return count;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                rest.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
