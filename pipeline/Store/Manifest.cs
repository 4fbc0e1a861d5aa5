using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using CranePipeline.Tables;

namespace CranePipeline.Store;

/// <summary>One output file of an artifact.</summary>
/// <param name="Name">Path relative to the artifact's folder.</param>
/// <param name="Bytes">Size.</param>
/// <param name="Sha256">Lower-case hex digest of the content.</param>
/// <param name="Rows">Rows of a table, where the file is one.</param>
internal sealed record ManifestFile(string Name, long Bytes, string Sha256, long? Rows);

/// <summary>
/// What <c>manifest.json</c> in an artifact's folder says: all that decided its content, and what came out. Its last member is the digest
/// of all the others, so that an edited or rotten manifest is told from a whole one.
/// </summary>
internal sealed record Manifest
{
    /// <summary>The file's name in an artifact's folder.</summary>
    public const string FileName = "manifest.json";

    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
    };

    /// <summary>Data set name.</summary>
    public required string Dataset { get; init; }

    /// <summary>Stage name.</summary>
    public required string Stage { get; init; }

    /// <summary>The stage's declared version.</summary>
    public required int Version { get; init; }

    /// <summary>The artifact's key.</summary>
    public required string Key { get; init; }

    /// <summary>The settings the stage read.</summary>
    public required JsonNode Settings { get; init; }

    /// <summary>What it was made from.</summary>
    public required IReadOnlyList<ArtifactInput> Inputs { get; init; }

    /// <summary>Output files, by name.</summary>
    public required IReadOnlyList<ManifestFile> Files { get; init; }

    /// <summary>When the stage began.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>When the stage ended.</summary>
    public required DateTimeOffset End { get; init; }

    /// <summary>What lies between, which a run that went on from a checkpoint had only the rest of.</summary>
    [JsonIgnore]
    public TimeSpan Duration => End - Start;

    /// <summary>Name of the machine that made it.</summary>
    public required string Host { get; init; }

    /// <summary>Version of the program that made it.</summary>
    public required string ToolVersion { get; init; }

    /// <summary>Numbers worth reading at a glance: counts, losses, recall@20.</summary>
    public required IReadOnlyDictionary<string, double> Metrics { get; init; }

    /// <summary>Lower-case hex SHA-256 of all of the above, as this program writes it.</summary>
    public string? Digest { get; init; }

    /// <summary>Reads an artifact's manifest.</summary>
    /// <exception cref="InputException">It cannot be read as one, or is not what was written.</exception>
    public static Manifest Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        try
        {
            (Manifest? manifest, string? fault) = Parse(File.ReadAllBytes(path));
            return fault is null ? manifest! : throw Damaged(folder, fault);
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Damaged(folder, "is missing");
        }
    }

    /// <summary>The manifest in some bytes, or what is wrong with it.</summary>
    public static (Manifest? Manifest, string? Fault) Parse(ReadOnlySpan<byte> content)
    {
        Manifest? read;
        try
        {
            read = JsonSerializer.Deserialize<Manifest>(content, Format);
        }
        catch (Exception problem) when (problem is JsonException or NotSupportedException or InvalidOperationException)
        {
            return (null, "is no manifest");
        }

        return read is null ? (null, "is no manifest")
            : read.Digest is null ? (null, "has no digest of its own")
            : read.Digest != DigestOf(read) ? (null, "does not have the digest it says")
            : !read.Files.All(file => PathName.IsSafePath(file.Name)) ? (null, "names a file outside its folder")
            : (read, null);
    }

    /// <summary>Writes the manifest into a folder.</summary>
    public void Write(string folder) => WholeFile.Write(Path.Combine(folder, FileName), stream => stream.Write(Content()));

    /// <summary>The manifest's file.</summary>
    public byte[] Content() =>
        [.. JsonSerializer.SerializeToUtf8Bytes(this with { Digest = DigestOf(this) }, Format), (byte)'\n'];

    private static string DigestOf(Manifest manifest) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(manifest with { Digest = null }, Format)));

    private static InputException Damaged(string folder, string fault) =>
        new(Artifact.Damage(folder, $"{Path.Combine(folder, FileName)} {fault}"));
}
