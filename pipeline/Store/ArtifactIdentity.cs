using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CranePipeline.Store;

/// <summary>Something an artifact was made from.</summary>
/// <param name="Name">What the stage calls it: "ingest", "split", or a raw file's path relative to the data folder.</param>
/// <param name="Key">The input artifact's key, or "sha256:…" of a raw file's content.</param>
internal sealed record ArtifactInput(string Name, string Key);

/// <summary>
/// Everything that decides an artifact's content. Two runs with equal identities make equal artifacts, so the second need not run.
/// </summary>
internal sealed class ArtifactIdentity
{
    /// <summary>Names an artifact by what it is made from.</summary>
    /// <param name="dataset">Data set name; the artifact's folder lies under it, but it is not part of the key.</param>
    /// <param name="stage">Stage name.</param>
    /// <param name="version">The stage's declared version, raised when its code would write other bytes.</param>
    /// <param name="settings">Canonical JSON of exactly the settings the stage reads.</param>
    /// <param name="inputs">Inputs; their order does not matter.</param>
    public ArtifactIdentity(string dataset, string stage, int version, string settings, IEnumerable<ArtifactInput> inputs)
    {
        Dataset = dataset;
        Stage = stage;
        Version = version;
        Settings = settings;
        Inputs =
        [
            .. inputs.OrderBy(input => input.Name, StringComparer.Ordinal).ThenBy(input => input.Key, StringComparer.Ordinal),
        ];
        Key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(CanonicalForm())))[..16];
    }

    /// <summary>Data set name.</summary>
    public string Dataset { get; }

    /// <summary>Stage name.</summary>
    public string Stage { get; }

    /// <summary>The stage's declared version.</summary>
    public int Version { get; }

    /// <summary>Canonical JSON of the settings the stage reads.</summary>
    public string Settings { get; }

    /// <summary>What the artifact is made from, by name.</summary>
    public IReadOnlyList<ArtifactInput> Inputs { get; }

    /// <summary>First 16 hex digits of SHA-256 over stage, version, settings and inputs.</summary>
    public string Key { get; }

    /// <summary>"sample-train-0123456789abcdef": what its locks and checkpoints are called.</summary>
    public string Name => StoreFolder.Name(Dataset, Stage, Key);

    /// <inheritdoc/>
    public override string ToString() => $"{Dataset}/{Stage}/{Key}";

    private string CanonicalForm() =>
        new JsonObject
        {
            ["stage"] = Stage,
            ["version"] = Version,
            ["settings"] = JsonNode.Parse(Settings),
            ["inputs"] = new JsonArray([
                .. Inputs.Select(input => (JsonNode)new JsonObject { ["name"] = input.Name, ["key"] = input.Key }),
            ]),
        }.ToJsonString(new JsonSerializerOptions { WriteIndented = false });
}
