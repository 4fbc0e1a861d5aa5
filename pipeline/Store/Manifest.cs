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

/// <summary>What <c>manifest.json</c> in an artifact's folder says: all that decided its content, and what came out.</summary>
internal sealed record Manifest
{
    /// <summary>The file's name in an artifact's folder.</summary>
    public const string FileName = "manifest.json";

    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
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

    /// <summary>Name of the machine that made it.</summary>
    public required string Host { get; init; }

    /// <summary>Version of the program that made it.</summary>
    public required string ToolVersion { get; init; }

    /// <summary>Numbers worth reading at a glance: counts, losses, recall@20.</summary>
    public required IReadOnlyDictionary<string, double> Metrics { get; init; }

    /// <summary>Reads an artifact's manifest.</summary>
    /// <exception cref="InputException">It cannot be read as one.</exception>
    public static Manifest Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        try
        {
            return JsonSerializer.Deserialize<Manifest>(File.ReadAllBytes(path), Format)
                ?? throw new InputException($"{path}: the manifest is empty; rebuild the artifact with -Force.");
        }
        catch (Exception problem) when (problem is JsonException or NotSupportedException)
        {
            throw new InputException($"{path}: the manifest is damaged; rebuild the artifact with -Force.", problem);
        }
    }

    /// <summary>Writes the manifest into a folder.</summary>
    public void Write(string folder) =>
        File.WriteAllBytes(Path.Combine(folder, FileName), [.. JsonSerializer.SerializeToUtf8Bytes(this, Format), (byte)'\n']);
}
