using System.Security.Cryptography;
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

    /// <summary>Full path of one of its files.</summary>
    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Whether it has a file of this name.</summary>
    public bool Has(string name) => Manifest.Files.Any(file => file.Name == name);

    /// <summary>Checks its files against the manifest: sizes always, content as well with <paramref name="hashes"/>.</summary>
    /// <exception cref="InputException">A file is missing or differs.</exception>
    public void Check(bool hashes)
    {
        foreach (ManifestFile file in Manifest.Files)
        {
            string path = PathOf(file.Name);
            var found = new FileInfo(path);
            if (!found.Exists)
            {
                throw Damaged(path, "is missing");
            }

            if (found.Length != file.Bytes)
            {
                throw Damaged(path, $"has {found.Length} bytes where its manifest says {file.Bytes}");
            }

            if (hashes && HashOf(path) != file.Sha256)
            {
                throw Damaged(path, "does not have the SHA-256 its manifest says");
            }
        }
    }

    /// <summary>Lower-case hex SHA-256 of a file's content.</summary>
    internal static string HashOf(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.SequentialScan);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private InputException Damaged(string path, string how) =>
        new($"Damaged artifact: {path} {how}; rebuild it with -Stage {Manifest.Stage} -Force.");
}
