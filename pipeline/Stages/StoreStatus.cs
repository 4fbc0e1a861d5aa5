using System.Text.Json.Nodes;
using CranePipeline.Configuration;
using CranePipeline.Store;
using CranePipeline.Tables;

namespace CranePipeline.Stages;

/// <summary>Whether a node's artifact is there under the current settings.</summary>
internal enum Freshness
{
    /// <summary>It is there.</summary>
    Fresh,

    /// <summary>There is one, but of other settings or inputs.</summary>
    Stale,

    /// <summary>There is none.</summary>
    Missing,

    /// <summary>There is one, but not as it was written.</summary>
    Damaged,

    /// <summary>It cannot be told, because raw files are not there.</summary>
    Unknown,
}

/// <summary>A node, whether its artifact is there, and why not.</summary>
internal sealed record NodeStatus(Node Node, Freshness Freshness, string? Key, string? Why);

/// <summary>Compares what a store holds with what the current settings ask for.</summary>
internal static class StoreStatus
{
    /// <summary>The state of every node, in the order of the stages.</summary>
    public static IReadOnlyList<NodeStatus> Of(StageGraph graph, PipelineSettings settings, RunEnvironment environment) =>
        [.. graph.Stages.SelectMany(graph.Nodes).Select(node => Of(node, graph, settings, environment))];

    /// <summary>The state of one node.</summary>
    public static NodeStatus Of(Node node, StageGraph graph, PipelineSettings settings, RunEnvironment environment)
    {
        ArtifactIdentity identity;
        try
        {
            identity = graph.Identify(node);
        }
        catch (InputException problem)
        {
            return new NodeStatus(node, Freshness.Unknown, null, problem.Message);
        }

        try
        {
            if (environment.Store.Find(identity) is { } artifact)
            {
                artifact.Check(hashes: true);
                return new NodeStatus(node, Freshness.Fresh, identity.Key, null);
            }
        }
        catch (InputException problem)
        {
            return new NodeStatus(node, Freshness.Damaged, identity.Key, problem.Message);
        }

        // The artifact most like the wanted one tells best what has changed.
        (Artifact Other, IReadOnlyList<string> Differences)? nearest = environment
            .Store.List(settings.Name, node.Stage.Name)
            .Select(other => (Other: other, Differences: Differences(identity, other.Manifest)))
            .OrderBy(pair => pair.Differences.Count)
            .Select(pair => ((Artifact, IReadOnlyList<string>)?)pair)
            .FirstOrDefault();
        return nearest is { } found
            ? new NodeStatus(node, Freshness.Stale, identity.Key, string.Join(", ", found.Differences))
            : new NodeStatus(node, Freshness.Missing, identity.Key, null);
    }

    /// <summary>What differs between the wanted artifact and one that is there: "train.epochs 3 → 5", "input split".</summary>
    public static IReadOnlyList<string> Differences(ArtifactIdentity wanted, Manifest there)
    {
        var differences = new List<string>();
        if (wanted.Version != there.Version)
        {
            differences.Add($"stage version {there.Version} → {wanted.Version}");
        }

        Compare(string.Empty, there.Settings, JsonNode.Parse(wanted.Settings), differences);
        // Earlier versions took a seed that was named twice, so that a store may have two inputs of one name.
        ILookup<string, string> before = there.Inputs.ToLookup(input => input.Name, input => input.Key);
        ILookup<string, string> after = wanted.Inputs.ToLookup(input => input.Name, input => input.Key);
        foreach (IGrouping<string, string> input in after)
        {
            if (!before.Contains(input.Key))
            {
                differences.Add($"input {input.Key} is new: {Short(input)}");
            }
            else if (!before[input.Key].SequenceEqual(input))
            {
                differences.Add($"input {input.Key} {Short(before[input.Key])} → {Short(input)}");
            }
        }

        differences.AddRange(before.Where(input => !after.Contains(input.Key)).Select(input => $"input {input.Key} is gone"));
        return differences;
    }

    private static void Compare(string path, JsonNode? before, JsonNode? after, List<string> differences)
    {
        if (before is JsonObject was && after is JsonObject now)
        {
            foreach (
                string name in was.Select(entry => entry.Key).Union(now.Select(entry => entry.Key)).Order(StringComparer.Ordinal)
            )
            {
                Compare(path.Length == 0 ? name : $"{path}.{name}", was[name], now[name], differences);
            }
        }
        else if (!JsonNode.DeepEquals(before, after))
        {
            differences.Add($"{path} {Show(before)} → {Show(after)}");
        }
    }

    private static string Short(IEnumerable<string> keys) => string.Join(" and ", keys.Select(Short));

    private static string Short(string key) => key.Length > 23 ? key[..23] + "…" : key;

    private static string Show(JsonNode? value) => value?.ToJsonString() ?? "default";
}
