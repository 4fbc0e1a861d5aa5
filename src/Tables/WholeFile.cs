namespace CranePipeline.Tables;

/// <summary>Files that appear under their name whole or not at all.</summary>
public static class WholeFile
{
    /// <summary>Writes to a neighbour, flushes it to the disk and renames it; returns the size in bytes.</summary>
    public static long Write(string path, Action<Stream> write)
    {
        string partial = path + ".partial";
        try
        {
            long bytes;
            using (var stream = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 18))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
                bytes = stream.Length;
            }

            File.Move(partial, path, overwrite: true);
            return bytes;
        }
        finally
        {
            File.Delete(partial);
        }
    }
}
