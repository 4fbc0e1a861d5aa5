namespace CranePipeline.Store;

/// <summary>An exclusive lock between processes, which the operating system releases when its holder ends, however it ends.</summary>
/// <remarks>The lock's file stays behind: deleting it would let two processes hold locks on two files of one name.</remarks>
internal sealed class FileLock : IDisposable
{
    private const int Attempts = 100;

    private readonly FileStream file;

    private FileLock(FileStream file) => this.file = file;

    /// <summary>The lock, or null where another holds it.</summary>
    public static FileLock? TryAcquire(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return new FileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException) when (File.Exists(path))
            {
                return null;
            }
            catch (IOException) when (attempt < Attempts)
            {
                // Its holder has deleted it meanwhile, so it is free.
            }
        }
    }

    /// <summary>Waits until the lock is free, calling <paramref name="onWait"/> once if it is not.</summary>
    public static FileLock Acquire(string path, Action onWait, CancellationToken cancellation)
    {
        bool told = false;
        while (true)
        {
            if (TryAcquire(path) is { } acquired)
            {
                return acquired;
            }

            if (!told)
            {
                onWait();
                told = true;
            }

            cancellation.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(200));
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Releases the lock.</summary>
    public void Dispose() => file.Dispose();
}
