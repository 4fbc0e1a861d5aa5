using System.Text.Json.Nodes;

namespace CranePipeline.Stages;

/// <summary>What sweeps call the training settings of runs.</summary>
internal sealed class SweepNames
{
    private readonly Dictionary<string, string> labels = new(StringComparer.Ordinal);
    private readonly HashSet<string> gridPoints = new(StringComparer.Ordinal);

    /// <summary>Matches runs to the plans they belong to.</summary>
    /// <param name="plans">The sweeps.</param>
    /// <param name="subject">The current training settings, which keep the model's own name.</param>
    /// <param name="runs">Training settings and <c>evaluate</c> key of every run.</param>
    public SweepNames(IReadOnlyList<SweepPlan> plans, JsonNode subject, IReadOnlyList<(JsonNode Model, string Key)> runs)
    {
        string own = subject.ToJsonString();
        Dictionary<string, string> models = runs.ToDictionary(run => run.Key, run => run.Model.ToJsonString());
        // A label stands for one set of settings: of two sweeps that use it for different ones the first keeps it.
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (SweepPlanRun run in plans.SelectMany(plan => plan.Runs))
        {
            if (!models.TryGetValue(run.Key, out string? model) || model == own)
            {
                continue;
            }

            if (run.Label.Length == 0)
            {
                gridPoints.Add(model);
            }
            else if (!labels.ContainsKey(model) && taken.Add(run.Label))
            {
                labels[model] = run.Label;
            }
        }
    }

    /// <summary>The label of training settings, or null where no sweep names them.</summary>
    public string? LabelOf(JsonNode model) => labels.GetValueOrDefault(model.ToJsonString());

    /// <summary>Whether training settings are a point of a grid and nothing else.</summary>
    public bool IsGridPoint(JsonNode model)
    {
        string text = model.ToJsonString();
        return gridPoints.Contains(text) && !labels.ContainsKey(text);
    }
}
