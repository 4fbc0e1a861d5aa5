using CranePipeline.Tables;
using ICSharpCode.SharpZipLib;
using ICSharpCode.SharpZipLib.BZip2;

namespace CranePipeline.Ingest.Reading;

/// <summary>Opens raw files, plain, gzip or bzip2, by what they begin with.</summary>
internal static class RawFile
{
    /// <summary>
    /// The decompressed contents, text of UTF-16 or UTF-32 with a byte order mark as UTF-8. A truncated or damaged archive makes
    /// reading throw <see cref="InputException"/>.
    /// </summary>
    /// <param name="path">Where the file lies.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="position">Gives bytes of the stored file read so far, for progress.</param>
    public static Stream Open(string path, string name, out Func<long> position)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{name} cannot be read: {error.Message}", error);
        }

        position = () => file.CanRead ? file.Position : 0;
        return Utf8Text.Of(Unpacked(file, name), name);
    }

    private static Stream Unpacked(FileStream file, string name)
    {
        Span<byte> magic = stackalloc byte[4];
        int there = file.ReadAtLeast(magic, 4, throwOnEndOfStream: false);
        file.Position = 0;
        if (there >= 2 && magic[0] == 0x1F && magic[1] == 0x8B)
        {
            return new GzipStream(file, name);
        }

        if (there == 4 && magic[..3].SequenceEqual("BZh"u8) && magic[3] is >= (byte)'1' and <= (byte)'9')
        {
            return new Bzip2Stream(file, name);
        }

        return file;
    }

    /// <summary>bzip2 of one or many streams, with its errors put into words.</summary>
    private sealed class Bzip2Stream(FileStream file, string name) : ReadOnlyStream
    {
        private readonly BufferedStream buffered = new(file, 1 << 16);
        private BZip2InputStream? current;
        private bool finished;

        public override int Read(Span<byte> buffer)
        {
            byte[] block = new byte[Math.Min(buffer.Length, 1 << 16)];
            while (!finished)
            {
                int read;
                try
                {
                    current ??= new BZip2InputStream(buffered) { IsStreamOwner = false };
                    read = current.Read(block, 0, block.Length);
                }
                catch (Exception error) when (error is SharpZipBaseException or IndexOutOfRangeException or EndOfStreamException)
                {
                    throw new InputException(
                        $"{name} is truncated or damaged at byte "
                            + $"{Math.Min(buffered.Position, file.Length)} of its bzip2 data; fetch the file again",
                        error
                    );
                }

                if (read > 0)
                {
                    block.AsSpan(0, read).CopyTo(buffer);
                    return read;
                }

                current.Dispose();
                current = null;
                finished = buffered.Position >= file.Length;
            }

            return 0;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                current?.Dispose();
                buffered.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
