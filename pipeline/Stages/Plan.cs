using CranePipeline.Commands;
using CranePipeline.Configuration;
using CranePipeline.Progress;
using CranePipeline.Store;

namespace CranePipeline.Stages;

/// <summary>One artifact of a plan.</summary>
/// <param name="Node">Which.</param>
/// <param name="Runs">Whether it would be made.</param>
/// <param name="Why">The reason.</param>
/// <param name="Seconds">What the newest one of its stage took, or null where there is none.</param>
internal sealed record PlannedStage(Node Node, bool Runs, string Why, double? Seconds);

/// <summary>What a run would do, found out without doing it.</summary>
internal sealed class Plan
{
    private readonly StageGraph graph;
    private readonly PipelineSettings settings;
    private readonly RunEnvironment environment;
    private readonly List<PlannedStage> steps = [];
    private readonly HashSet<Node> seen = [];

    private Plan(StageGraph graph, PipelineSettings settings, RunEnvironment environment) =>
        (this.graph, this.settings, this.environment) = (graph, settings, environment);

    /// <summary>Every artifact that was asked for or would have to be made, each after those it reads.</summary>
    public IReadOnlyList<PlannedStage> Steps => steps;

    /// <summary>Plans the stages of these names.</summary>
    public static Plan Of(
        StageGraph graph,
        IReadOnlyCollection<string> requested,
        PipelineSettings settings,
        RunEnvironment environment
    )
    {
        var plan = new Plan(graph, settings, environment);
        foreach (Stage stage in graph.Stages.Concat(StageCatalog.OnDemand).Where(stage => requested.Contains(stage.Name)))
        {
            foreach (Node node in graph.Nodes(stage))
            {
                plan.Add(node, requested);
            }
        }

        return plan;
    }

    /// <summary>Writes the plan as a table or as one JSON object.</summary>
    public void Write(TextWriter output, bool json)
    {
        if (json)
        {
            output.Write(
                JsonFiles.Line(
                    new
                    {
                        Dataset = settings.Name,
                        Plan = steps.Select(step => new
                        {
                            Stage = step.Node.Stage.Name,
                            step.Node.Seed,
                            step.Runs,
                            step.Why,
                            step.Seconds,
                        }),
                    }
                )
            );
            return;
        }

        output.Write(
            TextTable.Write(
                ["stage", "would", "before", "why"],
                [
                    .. steps.Select(step =>
                        (string[])
                            [
                                step.Node.ToString(),
                                step.Runs ? "run" : "stay",
                                step.Seconds is { } seconds ? Phrase.Duration(TimeSpan.FromSeconds(seconds)) : "-",
                                step.Why,
                            ]
                    ),
                ],
                column => column != 2
            )
        );
        double known = steps.Where(step => step.Runs).Sum(step => step.Seconds ?? 0);
        int unknown = steps.Count(step => step.Runs && step.Seconds is null);
        output.WriteLine(
            $"{steps.Count(step => step.Runs)} to run, about {Phrase.Duration(TimeSpan.FromSeconds(known))}"
                + (unknown > 0 ? $" and {unknown} of unknown length" : string.Empty)
        );
    }

    private void Add(Node node, IReadOnlyCollection<string> requested)
    {
        if (!seen.Add(node))
        {
            return;
        }

        NodeStatus status = StoreStatus.Of(node, graph, settings, environment);
        bool isForced = environment.Force && requested.Contains(node.Stage.Name);
        bool runs = isForced || status.Freshness != Freshness.Fresh;
        if (runs)
        {
            foreach ((_, Node input) in graph.InputsOf(node))
            {
                Add(input, requested);
            }
        }

        if (runs || requested.Contains(node.Stage.Name))
        {
            string why = isForced
                ? "-Force"
                : $"{status.Freshness.ToString().ToLowerInvariant()}{(status.Why is null ? "" : ": " + status.Why)}";
            steps.Add(new PlannedStage(node, runs, why, runs ? Before(node) : null));
        }
    }

    private double? Before(Node node) =>
        environment.Store.List(settings.Name, node.Stage.Name) is [var newest, ..] ? node.Stage.SecondsOf(newest) : null;
}
