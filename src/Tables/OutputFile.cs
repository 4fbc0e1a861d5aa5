namespace CranePipeline.Tables;

/// <summary>Files that appear under their name whole or not at all.</summary>
internal static class OutputFile
{
    public static FileStream Create(string path, string staging)
    {
        try
        {
            return new FileStream(staging, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 16);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot write {path}: {e.Message}", e);
        }
    }

    /// <summary>Flushes to the disk and renames.</summary>
    public static void Commit(Stream stream, string staging, string path)
    {
        try
        {
            ((FileStream)stream).Flush(flushToDisk: true);
            stream.Dispose();
            File.Move(staging, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            stream.Dispose();
            File.Delete(staging);
            throw new InputException($"cannot write {path}: {e.Message}", e);
        }
    }
}
