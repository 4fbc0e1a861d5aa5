using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;

namespace CranePipeline.Store;

/// <summary>Who a run is: enough to tell on the same machine whether it is alive, and to name it to people.</summary>
/// <param name="Machine">The machine's name.</param>
/// <param name="Space">What process ids are numbers in: machine, boot and container.</param>
/// <param name="ProcessId">The process.</param>
/// <param name="Started">When the process started, in a unit of its system; another process of the same number started at another
/// time.</param>
internal sealed record RunIdentity(string Machine, string Space, int ProcessId, string Started)
{
    /// <summary>"process 4711 on host".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"process {ProcessId} on {Machine}");
}

/// <summary>
/// A run's sign of life in a store: a folder of <c>.runs</c> that it locks where locks work, and in which it rewrites a file every few
/// seconds, which shows it alive where they do not. In it lie marks of the artifacts the run uses, so that nobody replaces or removes them.
/// </summary>
/// <remarks>
/// On one machine the process list decides. Of a run on another machine only silence tells, timed by the observer's own clock: clocks of
/// two machines differ, and so does a file server's.
/// </remarks>
internal sealed class RunPresence : IDisposable
{
    /// <summary>How often a run shows that it is alive.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);

    /// <summary>After which silence a run on another machine counts as dead.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    private const string IdentityFile = "run.json";
    private const string BeatFile = "beat";
    private const string LockFile = "lock";
    private const string UsePrefix = "use-";
    private static readonly TimeSpan Forgotten = TimeSpan.FromHours(24);

    private readonly StoreFolder store;
    private readonly TimeProvider time;
    private readonly FileLock? heldLock;
    private readonly Timer beating;
    private readonly ConcurrentDictionary<string, (string Content, long Since)> observed = new();
    private readonly RunIdentity identity;
    private int beats;
    private bool isNamed;

    /// <summary>Makes this run known in a store.</summary>
    public RunPresence(StoreFolder store, TimeProvider time, RunIdentity? identity = null)
    {
        this.store = store;
        this.time = time;
        string folder = FolderOf(Id);
        Directory.CreateDirectory(folder);
        heldLock = FileLock.TryAcquire(Path.Combine(folder, LockFile));
        this.identity = identity ?? ProcessIdentity.Own;
        WriteBeat();
        beating = new Timer(_ => WriteBeat(), null, Beat, Beat);
    }

    /// <summary>The run's name in this store.</summary>
    public string Id { get; } = Guid.NewGuid().ToString("n");

    /// <summary>Whether a run may be alive; only one that is surely dead is not.</summary>
    public bool IsAlive(string id)
    {
        string folder = FolderOf(id);
        if (id == Id)
        {
            return true;
        }

        if (!PathName.IsSafe(id) || !Directory.Exists(folder))
        {
            return false;
        }

        string lockPath = Path.Combine(folder, LockFile);
        try
        {
            using FileLock? free = File.Exists(lockPath) ? FileLock.TryAcquire(lockPath) : null;
            if (free is null && File.Exists(lockPath))
            {
                return true;
            }

            return IdentityOf(id) is { } identity && identity.Space == ProcessIdentity.Own.Space
                ? ProcessIdentity.IsRunning(identity)
                : !IsSilent(id, folder);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // It is going, or not ours to look at.
            return Directory.Exists(folder);
        }
    }

    /// <summary>A run as a message names it.</summary>
    public string Describe(string id) => IdentityOf(id)?.ToString() ?? "another run";

    /// <summary>Marks an artifact as used by this run until it ends.</summary>
    public void Use(string artifact) => File.WriteAllBytes(Path.Combine(FolderOf(Id), UsePrefix + artifact), []);

    /// <summary>Takes a mark back.</summary>
    public void Release(string artifact) => File.Delete(Path.Combine(FolderOf(Id), UsePrefix + artifact));

    /// <summary>A live run, other than this one, that uses an artifact; null where there is none.</summary>
    public string? UserOf(string artifact) =>
        Directory
            .EnumerateDirectories(store.Runs)
            .Where(folder => File.Exists(Path.Combine(folder, UsePrefix + artifact)))
            .Select(folder => Path.GetFileName(folder)!)
            .FirstOrDefault(id => id != Id && IsAlive(id));

    /// <summary>Removes what dead runs left: their staging folders and the signs of their lives.</summary>
    public void RemoveDead()
    {
        foreach (string folder in Subfolders(store.Staging).Concat(Subfolders(store.Runs)))
        {
            string run = Path.GetFileName(folder).Split('-')[0];
            if (!IsAlive(run))
            {
                Remove(folder);
            }
        }
    }

    /// <summary>Tells that the run has ended.</summary>
    public void Dispose()
    {
        beating.Dispose();
        heldLock?.Dispose();
        Remove(FolderOf(Id));
    }

    /// <summary>Removes a folder that others may be removing as well.</summary>
    internal static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // Gone already, or not ours; whoever comes next tries again.
        }
    }

    private static IEnumerable<string> Subfolders(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateDirectories(folder) : [];

    private string FolderOf(string id) => Path.Combine(store.Runs, id);

    private bool IsSilent(string id, string folder)
    {
        string path = Path.Combine(folder, BeatFile);
        var file = new FileInfo(path);
        DateTime last = file.Exists ? file.LastWriteTimeUtc : Directory.GetLastWriteTimeUtc(folder);
        if (time.GetUtcNow().UtcDateTime - last > Forgotten)
        {
            return true;
        }

        string content = file.Exists ? File.ReadAllText(path) : string.Empty;
        (string before, long since) = observed.GetOrAdd(id, _ => (content, time.GetTimestamp()));
        if (before != content)
        {
            observed[id] = (content, time.GetTimestamp());
            return false;
        }

        return time.GetElapsedTime(since) > Silence;
    }

    private RunIdentity? IdentityOf(string id)
    {
        try
        {
            return JsonSerializer.Deserialize<RunIdentity>(File.ReadAllBytes(Path.Combine(FolderOf(id), IdentityFile)));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private void WriteBeat()
    {
        try
        {
            File.WriteAllText(
                Path.Combine(FolderOf(Id), BeatFile),
                Interlocked.Increment(ref beats).ToString(CultureInfo.InvariantCulture)
            );
            if (!isNamed)
            {
                File.WriteAllBytes(Path.Combine(FolderOf(Id), IdentityFile), JsonSerializer.SerializeToUtf8Bytes(identity));
                isNamed = true;
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // A full disk for a moment; the next one may come through.
        }
    }
}
