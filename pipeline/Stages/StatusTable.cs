using System.Text;

namespace CranePipeline.Stages;

/// <summary>Shows the state of a data set's artifacts.</summary>
internal static class StatusTable
{
    /// <summary>One line a node, or a JSON array of them.</summary>
    public static string Write(IReadOnlyList<NodeStatus> nodes, bool json)
    {
        if (json)
        {
            return JsonFiles.Line(
                nodes.Select(node => new
                {
                    stage = node.Node.Stage.Name,
                    seed = node.Node.Seed,
                    state = node.Freshness,
                    key = node.Key,
                    why = node.Why,
                })
            );
        }

        var text = new StringBuilder();
        int width = nodes.Max(node => node.Node.ToString().Length);
        foreach (NodeStatus node in nodes)
        {
            string state = node.Freshness switch
            {
                Freshness.Fresh => "fresh",
                Freshness.Stale => "stale",
                Freshness.Missing => "missing",
                Freshness.Damaged => "damaged",
                _ => "unknown",
            };
            string why = node.Why is null ? string.Empty : $"  {node.Why}";
            text.Append($"{node.Node.ToString().PadRight(width)}  {state, -7}  {node.Key ?? "-", -16}{why}".TrimEnd())
                .Append('\n');
        }

        return text.ToString();
    }
}
