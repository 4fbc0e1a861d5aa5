namespace CranePipeline.Store;

/// <summary>An exclusive lock between processes, which the operating system releases when its holder ends, however it ends.</summary>
/// <remarks>
/// The lock's file stays behind: deleting it would let two processes hold locks on two files of one name. On file systems without locks
/// (NFS without lockd, some SMB shares) everyone gets every lock; <see cref="ArtifactLock"/> and <see cref="RunPresence"/> do not
/// rely on it.
/// </remarks>
internal sealed class FileLock : IDisposable
{
    /// <summary>Set to "off", it makes the program treat every file system as one without locks.</summary>
    public const string Switch = "CRANE_STORE_LOCKS";

    private const int Attempts = 100;

    private readonly FileStream file;

    private FileLock(FileStream file) => this.file = file;

    /// <summary>Whether locks are used where the file system has them.</summary>
    public static bool IsOn { get; } = Environment.GetEnvironmentVariable(Switch) is not "off";

    /// <summary>The lock, or null where another holds it.</summary>
    public static FileLock? TryAcquire(string path)
    {
        FileStream? file = Open(
            path,
            () =>
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                FileShare share = IsOn ? FileShare.None : FileShare.ReadWrite | FileShare.Delete;
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, share);
            }
        );
        return file is null ? null : new FileLock(file);
    }

    /// <summary>Opens a file that others make and delete meanwhile; null where it is there and cannot be had.</summary>
    /// <exception cref="IOException">It cannot be made at all.</exception>
    internal static FileStream? Open(string path, Func<FileStream> open)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return open();
            }
            catch (IOException problem) when (problem is not DirectoryNotFoundException && File.Exists(path))
            {
                return null;
            }
            catch (IOException) when (attempt < Attempts)
            {
                // Its holder has deleted it meanwhile, so it is free; or it cannot be made, which the last attempt will tell.
            }
        }
    }

    /// <summary>Whether locks work in a folder: whether a lock that is held cannot be had again.</summary>
    public static bool Works(string folder)
    {
        string path = Path.Combine(folder, $".probe-{Guid.NewGuid():n}");
        try
        {
            using FileLock? first = TryAcquire(path);
            using FileLock? second = TryAcquire(path);
            return first is not null && second is null;
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Releases the lock.</summary>
    public void Dispose() => file.Dispose();
}
