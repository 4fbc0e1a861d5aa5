using System.IO.Compression;

namespace CranePipeline.Tables;

/// <summary>Compresses and decompresses pages.</summary>
internal static class PageCodec
{
    /// <summary>The most bytes a compressed page can become, so that an absurd announced length is refused before memory is taken for it.</summary>
    public static long LargestExpansion(ParquetCompression codec, int compressed) =>
        codec switch
        {
            ParquetCompression.None => compressed,
            ParquetCompression.Snappy => 32L * compressed + 64,
            ParquetCompression.Lz4Raw => 256L * compressed + 64,
            ParquetCompression.Gzip => 1100L * compressed + 64,
            // No tight bound exists for these two: a constant page of a gibibyte is a few dozen bytes.
            _ => (1L << 26) + 65536L * compressed,
        };

    public static bool CanRead(ParquetCompression codec) =>
        codec switch
        {
            ParquetCompression.Zstandard => ZstandardLibrary.IsAvailable,
            ParquetCompression.Lzo or ParquetCompression.Lz4Hadoop => false,
            _ => Enum.IsDefined(codec),
        };

    public static bool CanWrite(ParquetCompression codec) => CanRead(codec) && codec is not ParquetCompression.Lz4Raw;

    /// <summary>Why a codec cannot be used here, and what to do.</summary>
    public static string WhyNot(ParquetCompression codec) =>
        codec switch
        {
            ParquetCompression.Zstandard =>
                "is compressed with Zstandard and this machine has no libzstd; install libzstd1 (Debian), libzstd (Fedora) or zstd (macOS), or write the file with Snappy",
            ParquetCompression.Lz4Raw => "cannot be written with LZ4; choose snappy, gzip, brotli, zstandard or none",
            _ => $"is compressed with {codec}, which is not supported; write the file with Snappy",
        };

    public static void Decompress(ParquetCompression codec, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (source.IsEmpty)
        {
            throw new CorruptDataException("a compressed page of no bytes");
        }
        switch (codec)
        {
            case ParquetCompression.Snappy:
                SnappyDecoder.Decode(source, destination);
                break;
            case ParquetCompression.Gzip:
                Gunzip(source, destination);
                break;
            case ParquetCompression.Brotli:
                if (!BrotliDecoder.TryDecompress(source, destination, out var written) || written != destination.Length)
                {
                    throw new CorruptDataException("a damaged Brotli page");
                }
                break;
            case ParquetCompression.Zstandard:
                if (!ZstandardLibrary.TryDecompress(source, destination))
                {
                    throw new CorruptDataException("a damaged Zstandard page");
                }
                break;
            case ParquetCompression.Lz4Raw:
                Lz4Decoder.Decode(source, destination);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(codec), codec, "no such codec");
        }
    }

    public static void Compress(ParquetCompression codec, ReadOnlySpan<byte> source, ByteBuffer output)
    {
        switch (codec)
        {
            case ParquetCompression.Snappy:
                SnappyEncoder.Encode(source, output);
                break;
            case ParquetCompression.Gzip:
                using (var packed = new MemoryStream())
                {
                    using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
                    {
                        gzip.Write(source);
                    }
                    output.Bytes(packed.GetBuffer().AsSpan(0, (int)packed.Length));
                }
                break;
            case ParquetCompression.Brotli:
                var room = output.Reserve(BrotliEncoder.GetMaxCompressedLength(source.Length));
                if (!BrotliEncoder.TryCompress(source, room, out var written, quality: 4, window: 22))
                {
                    throw new InvalidOperationException("Brotli refused to compress a page");
                }
                output.Advance(written);
                break;
            case ParquetCompression.Zstandard:
                ZstandardLibrary.Compress(source, output);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(codec), codec, "no such codec");
        }
    }

    private static unsafe void Gunzip(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        fixed (byte* from = source)
        {
            using var packed = new UnmanagedMemoryStream(from, source.Length);
            using var gzip = new GZipStream(packed, CompressionMode.Decompress);
            try
            {
                if (gzip.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false) != destination.Length)
                {
                    throw new CorruptDataException("a gzip page that ends early");
                }
            }
            catch (InvalidDataException)
            {
                throw new CorruptDataException("a damaged gzip page");
            }
        }
    }
}
