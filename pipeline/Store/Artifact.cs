using System.Text.Json.Nodes;
using CranePipeline.Tables;

namespace CranePipeline.Store;

/// <summary>A finished artifact: a folder that is never edited, and its manifest.</summary>
internal sealed class Artifact
{
    internal Artifact(string folder, Manifest manifest) => (Folder, Manifest) = (folder, manifest);

    /// <summary>Where it lies.</summary>
    public string Folder { get; }

    /// <summary>What it says of itself.</summary>
    public Manifest Manifest { get; }

    /// <summary>Its key.</summary>
    public string Key => Manifest.Key;

    /// <summary>The data set it lies under, which a copied folder calls otherwise than the manifests in it.</summary>
    public string Dataset => Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(Folder)))!;

    /// <summary>"sample-train-0123456789abcdef": what its locks and marks are called.</summary>
    public string Name => StoreFolder.Name(Manifest.Dataset, Manifest.Stage, Manifest.Key);

    /// <summary>The seed it belongs to, for a stage that has one artifact a seed.</summary>
    public long? Seed =>
        Manifest.Settings is JsonObject settings && settings["seed"] is JsonValue value && value.TryGetValue(out long seed)
            ? seed
            : null;

    /// <summary>Full path of one of its files, which is first checked by hash, once a process.</summary>
    /// <exception cref="InputException">It is not what the manifest says.</exception>
    public string PathOf(string name)
    {
        string path = Path.Combine(Folder, name);
        if (Manifest.Files.FirstOrDefault(file => file.Name == name) is { } file && FaultOf(file, hashes: true) is { } fault)
        {
            throw Damaged(fault);
        }

        return path;
    }

    /// <summary>Whether it has a file of this name.</summary>
    public bool Has(string name) => Manifest.Files.Any(file => file.Name == name);

    /// <summary>Checks its files against the manifest: sizes always, content as well with <paramref name="hashes"/>.</summary>
    /// <exception cref="InputException">A file is missing or differs.</exception>
    public void Check(bool hashes)
    {
        if (FaultOf(hashes) is { } fault)
        {
            throw Damaged(fault);
        }
    }

    /// <summary>What is wrong with its first file that is not as the manifest says; null where all are.</summary>
    /// <param name="hashes">Whether content is looked at, not sizes alone.</param>
    /// <param name="again">Whether files that this process has hashed are hashed again.</param>
    public string? FaultOf(bool hashes, bool again = false) =>
        Manifest.Files.Select(file => FaultOf(file, hashes, again)).FirstOrDefault(fault => fault is not null);

    /// <summary>
    /// That something in an artifact's folder is not as it was written, and what heals it: the settings it was made with are the user's to
    /// repeat, so that no command but the user's own makes the same artifact.
    /// </summary>
    public static string Damage(string folder, string fault) =>
        $"damaged artifact: {fault}; remove the folder {folder}, and the command that made it makes it again";

    /// <summary><see cref="Damage"/> of a folder that has no manifest.</summary>
    public static string Unnamed(string folder) => Damage(folder, $"{folder} has no {Manifest.FileName}");

    private string? FaultOf(ManifestFile file, bool hashes, bool again = false)
    {
        string path = Path.Combine(Folder, file.Name);
        var found = new FileInfo(path);
        return !found.Exists ? $"{path} is missing"
            : found.Length != file.Bytes ? $"{path} has {found.Length} bytes where its manifest says {file.Bytes}"
            : hashes && VerifiedFiles.Sha256(path, again: again) != file.Sha256
                ? $"{path} does not have the SHA-256 its manifest says"
            : null;
    }

    private InputException Damaged(string fault) => new(Damage(Folder, fault));
}
