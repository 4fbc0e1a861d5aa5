using CranePipeline.Tables;

namespace CranePipeline.Store.Remote;

/// <summary>A folder, such as a mounted share.</summary>
internal sealed class LocalFolder(string root) : IRemoteFolder
{
    public string Name => root;

    public bool IsThere => Directory.Exists(root);

    public IReadOnlyList<string> List(string prefix, CancellationToken cancellation)
    {
        string folder = Path.Combine(root, prefix);
        return Directory.Exists(folder)
            ?
            [
                .. Directory
                    .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                    .Select(path => Path.GetRelativePath(root, path).Replace(Path.DirectorySeparatorChar, '/'))
                    .Where(name => !name.EndsWith(Partial, StringComparison.Ordinal))
                    .Order(StringComparer.Ordinal),
            ]
            : [];
    }

    public bool TryGet(string name, string path, CancellationToken cancellation)
    {
        string source = Path.Combine(root, name);
        if (!File.Exists(source))
        {
            return false;
        }

        WholeFile.Copy(source, path);
        return true;
    }

    public void Put(string name, string path, CancellationToken cancellation)
    {
        string target = Path.Combine(root, name);
        WholeFile.MakeFolderOf(target);
        // Processes of several machines may have the same number.
        WholeFile.Copy(path, target, $"{target}.{Guid.NewGuid():n}{Partial}");
    }

    public void Dispose() { }

    private const string Partial = ".partial";
}
