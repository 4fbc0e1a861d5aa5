using System.Text;

namespace CranePipeline.Store;

/// <summary>
/// The right to make an artifact, which one run has at a time: a lock of the operating system, and a lease file that names the run, which
/// decides where the file system has no locks. A dead run's lease is taken over.
/// </summary>
/// <remarks>
/// Without locks two waiting runs may take over the same lease within the same instant. Both then make the artifact, in folders of their
/// own, and the later one finds it there.
/// </remarks>
internal sealed class ArtifactLock : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    private readonly FileLock osLock;
    private readonly string lease;

    private ArtifactLock(FileLock osLock, string lease) => (this.osLock, this.lease) = (osLock, lease);

    /// <summary>The lock, or null where a live run holds it.</summary>
    /// <param name="folder">The store.</param>
    /// <param name="name">The artifact's name.</param>
    /// <param name="presence">This run.</param>
    /// <param name="holder">Who holds it, in words.</param>
    public static ArtifactLock? TryAcquire(StoreFolder folder, string name, RunPresence presence, out string holder)
    {
        string path = Path.Combine(folder.Locks, name + ".lock");
        string lease = Path.Combine(folder.Locks, name + ".lease");
        holder = "another run";
        if (FileLock.TryAcquire(path) is not { } acquired)
        {
            holder = ReadLease(lease) is { } id ? presence.Describe(id) : holder;
            return null;
        }

        // More than once only where others take over and give back meanwhile.
        for (int attempt = 0; attempt < 3; attempt++)
        {
            if (TryCreate(lease, presence.Id))
            {
                return new ArtifactLock(acquired, lease);
            }

            string? owner = ReadLease(lease);
            if (owner is not null && presence.IsAlive(owner))
            {
                holder = presence.Describe(owner);
                break;
            }

            TakeOver(lease, owner, presence.Id);
        }

        acquired.Dispose();
        return null;
    }

    /// <summary>Waits until the lock is free.</summary>
    /// <param name="folder">The store.</param>
    /// <param name="name">The artifact's name.</param>
    /// <param name="presence">This run.</param>
    /// <param name="wait">Who waits, and for how long.</param>
    /// <exception cref="WaitTimeoutException">It was not free in time.</exception>
    public static ArtifactLock Acquire(StoreFolder folder, string name, RunPresence presence, StoreWait wait)
    {
        ArtifactLock? acquired = null;
        wait.Until(
            Look,
            () => (acquired = TryAcquire(folder, name, presence, out string holder)) is null ? $"{holder} is making it" : null
        );
        return acquired!;
    }

    /// <summary>Passes the right on.</summary>
    public void Dispose()
    {
        File.Delete(lease);
        osLock.Dispose();
    }

    /// <summary>Makes a lease, unless there is one.</summary>
    internal static bool TryCreate(string lease, string id)
    {
        using FileStream? file = FileLock.Open(
            lease,
            () => new FileStream(lease, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0)
        );
        if (file is null)
        {
            return false;
        }

        try
        {
            file.Write(Encoding.ASCII.GetBytes(id));
        }
        catch (IOException)
        {
            // A full disk, which is no reason not to remove what fills it. A lease without a name counts for RunPresence.Silence.
        }

        return true;
    }

    private static string? ReadLease(string lease)
    {
        try
        {
            string id = File.ReadAllText(lease);
            return id.Length > 0 ? id : null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void TakeOver(string lease, string? dead, string id)
    {
        string aside = $"{lease}.{id}";
        try
        {
            if (dead is null && DateTime.UtcNow - File.GetLastWriteTimeUtc(lease) < RunPresence.Silence)
            {
                // Made this moment and not yet written, or its maker died in between, which its age will tell.
                return;
            }

            File.Move(lease, aside, overwrite: true);
            if (ReadLease(aside) != dead)
            {
                // Another was faster: what was moved is its lease, not the dead one's.
                File.Move(aside, lease, overwrite: false);
                return;
            }

            File.Delete(aside);
        }
        catch (IOException)
        {
            // Taken over by another.
        }
    }
}
