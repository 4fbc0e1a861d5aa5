using CranePipeline.Tables;

namespace CranePipeline.Store.Remote;

/// <summary>A place elsewhere that holds files by name, with slashes: a folder, or a bucket.</summary>
internal interface IRemoteFolder : IDisposable
{
    /// <summary>The place as a message names it.</summary>
    string Name { get; }

    /// <summary>Whether it is there, as far as that can be told before it is read.</summary>
    bool IsThere { get; }

    /// <summary>Names of all files under a prefix.</summary>
    IReadOnlyList<string> List(string prefix, CancellationToken cancellation);

    /// <summary>A file's content written to a local file, or false where there is none.</summary>
    bool TryGet(string name, string path, CancellationToken cancellation);

    /// <summary>Puts a local file there; whole or not at all.</summary>
    void Put(string name, string path, CancellationToken cancellation);
}

/// <summary>Opens what <c>-Remote</c> names.</summary>
internal static class RemoteFolder
{
    private const string S3 = "s3://";

    /// <summary>A folder, or <c>s3://BUCKET/PREFIX</c>.</summary>
    /// <exception cref="InputException">It is neither.</exception>
    public static IRemoteFolder Open(string remote)
    {
        if (remote.StartsWith(S3, StringComparison.OrdinalIgnoreCase))
        {
            string[] parts = remote[S3.Length..].Split('/', 2);
            return parts[0].Length > 0
                ? new S3Folder(parts[0], parts.Length > 1 ? parts[1].Trim('/') : string.Empty)
                : throw new InputException($"-Remote {remote} names no bucket; write s3://BUCKET or s3://BUCKET/PREFIX");
        }

        return remote.Contains("://", StringComparison.Ordinal)
            ? throw new InputException($"-Remote {remote} is neither a folder nor s3://BUCKET/PREFIX; name one of these")
            : new LocalFolder(Path.GetFullPath(remote));
    }
}
