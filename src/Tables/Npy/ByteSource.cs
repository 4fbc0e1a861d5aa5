using Microsoft.Win32.SafeHandles;

namespace CranePipeline.Tables;

/// <summary>Bytes that can be read from anywhere in them, by several threads at once.</summary>
internal abstract class ByteSource : IDisposable
{
    /// <summary>What messages call it.</summary>
    public abstract string Name { get; }

    public abstract long Length { get; }

    /// <summary>Fills <paramref name="destination"/> from <paramref name="offset"/> on, all of which must lie inside.</summary>
    public abstract void Read(long offset, Span<byte> destination);

    public abstract void Dispose();

    public static ByteSource OpenFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return new FileSource(path, File.OpenHandle(path, options: FileOptions.None));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"there is no file {path}; check the path or run the stage that writes it", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot open {path}: {e.Message}", e);
        }
    }

    public static ByteSource Of(Stream stream, string name = "the stream")
    {
        if (stream is MemoryStream memory && memory.TryGetBuffer(out var segment))
        {
            return new MemorySource(segment, name);
        }
        var copy = new MemoryStream();
        stream.CopyTo(copy);
        return new MemorySource(copy.GetBuffer().AsMemory(0, (int)copy.Length), name);
    }

    public static ByteSource Of(ReadOnlyMemory<byte> bytes, string name = "the stream") => new MemorySource(bytes, name);

    private sealed class FileSource(string path, SafeFileHandle handle) : ByteSource
    {
        public override string Name => path;

        public override long Length { get; } = RandomAccess.GetLength(handle);

        public override void Read(long offset, Span<byte> destination)
        {
            try
            {
                while (!destination.IsEmpty)
                {
                    var read = RandomAccess.Read(handle, destination, offset);
                    if (read == 0)
                    {
                        throw new InputException($"{path} became shorter while it was read; run again when nothing writes it");
                    }
                    destination = destination[read..];
                    offset += read;
                }
            }
            catch (IOException e)
            {
                throw new InputException($"cannot read {path} at byte {offset}: {e.Message}", e);
            }
        }

        public override void Dispose() => handle.Dispose();
    }

    private sealed class MemorySource(ReadOnlyMemory<byte> bytes, string name) : ByteSource
    {
        public override string Name => name;

        public override long Length => bytes.Length;

        public override void Read(long offset, Span<byte> destination) =>
            bytes.Span.Slice((int)offset, destination.Length).CopyTo(destination);

        public override void Dispose() { }
    }
}
