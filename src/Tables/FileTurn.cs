namespace CranePipeline.Tables;

/// <summary>Processes that want to write the same file take turns, by a lock file that vanishes with its holder.</summary>
public static class FileTurn
{
    /// <summary>Waits until no other process holds the lock; disposing of the stream passes it on.</summary>
    public static FileStream Wait(string path, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return new FileStream(
                    path,
                    FileMode.OpenOrCreate,
                    FileAccess.Write,
                    FileShare.None,
                    1,
                    FileOptions.DeleteOnClose
                );
            }
            catch (IOException) when (File.Exists(path))
            {
                cancellation.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(100));
                cancellation.ThrowIfCancellationRequested();
            }
        }
    }
}
