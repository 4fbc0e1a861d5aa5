using System.Globalization;
using System.Text.Json;

namespace CranePipeline.Ingest.Download;

/// <summary>
/// What has come of a file so far (<c>NAME.part</c>) and which version of it that is (<c>NAME.part.json</c>), so that a
/// transfer can go on where it was cut, in this process or a later one.
/// </summary>
internal sealed class PartFile : IDisposable
{
    private readonly string path;
    private readonly string statePath;
    private readonly FileStream stream;
    private Origin? origin;
    private bool finished;

    /// <summary>Opens or creates the part of a file.</summary>
    public PartFile(string target)
    {
        path = target + ".part";
        statePath = path + ".json";
        stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, 1 << 16);
        origin = ReadOrigin(statePath);
    }

    /// <summary>Bytes so far.</summary>
    public long Length => stream.Length;

    /// <summary>
    /// What a server at this address needs to tell whether its file is still the one begun (RFC 9110, 13.1.5): a strong
    /// entity tag or a date. Null where that is not known.
    /// </summary>
    public string? ValidatorFor(string url) => origin is { } known && known.Url == url ? known.Validator : null;

    /// <summary>Forgets all bytes and starts over with a version of the file.</summary>
    public void Restart(string url, string? validator)
    {
        File.Delete(statePath);
        stream.SetLength(0);
        stream.Position = 0;
        Continue(url, validator);
    }

    /// <summary>Appends to what there is, which is now known to agree with this address's version.</summary>
    public void Continue(string url, string? validator)
    {
        stream.Position = stream.Length;
        if (origin != new Origin(url, validator) || !File.Exists(statePath))
        {
            origin = new Origin(url, validator);
            File.WriteAllText(statePath, JsonSerializer.Serialize(origin));
        }
    }

    /// <summary>Makes sure before hours of transfer that the disk has room for the whole.</summary>
    /// <exception cref="IOException">It has not.</exception>
    public void EnsureRoom(long total)
    {
        long free = new DriveInfo(Path.GetDirectoryName(path)!).AvailableFreeSpace;
        if (total - Length > free)
        {
            throw new IOException(
                string.Create(CultureInfo.InvariantCulture, $"{total - Length} bytes are still to come and {free} are free.")
            );
        }
    }

    /// <summary>Appends bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes) => stream.Write(bytes);

    /// <summary>Hands bytes on to the disk, so that they outlive a crash of this process.</summary>
    public void Flush() => stream.Flush(flushToDisk: true);

    /// <summary>The bytes from the beginning.</summary>
    public Stream Rewind()
    {
        stream.Flush();
        stream.Position = 0;
        return stream;
    }

    /// <summary>Removes the part and what is known of it.</summary>
    public void Discard()
    {
        stream.SetLength(0);
        Dispose();
    }

    /// <summary>Gives the part its final name.</summary>
    public void Finish(string target)
    {
        Flush();
        stream.Dispose();
        finished = true;
        File.Move(path, target, overwrite: true);
        File.Delete(statePath);
    }

    /// <summary>Leaves the part for a later time, unless there is nothing in it.</summary>
    public void Dispose()
    {
        if (finished)
        {
            return;
        }

        bool empty = stream.Length == 0;
        stream.Dispose();
        finished = true;
        if (empty)
        {
            File.Delete(path);
            File.Delete(statePath);
        }
    }

    private static Origin? ReadOrigin(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Origin>(File.ReadAllText(path));
        }
        catch (Exception cause) when (cause is IOException or JsonException)
        {
            return null;
        }
    }

    private sealed record Origin(string Url, string? Validator);
}
