using CranePipeline.Configuration;
using CranePipeline.Evaluation;
using CranePipeline.Store;

namespace CranePipeline.Stages;

/// <summary>Shows every run of the data set that can be compared with the current one.</summary>
internal sealed class ReportStage : Stage
{
    public const string TableFile = "table.md";
    public const string PageFile = "report.html";

    public override string Name => "report";

    public override int Version => 4;

    public override IReadOnlyList<string> Inputs(PipelineSettings settings) => ["evaluate"];

    public override IReadOnlyList<ArtifactInput> OtherInputs(PipelineSettings settings, ArtifactStore store, StageGraph graph)
    {
        IReadOnlyList<ComparableRun> runs = ComparableRuns.Find(settings, store, graph);
        IReadOnlyList<ShownSweep> sweeps = ReportSweeps.Find(settings, store, graph, runs);
        return
        [
            .. runs.Select(run => new ArtifactInput($"evaluate/{run.Label}/{run.Seed}", run.Evaluate.Key)),
            .. sweeps.Select(sweep => new ArtifactInput($"sweep/{sweep.Plan.Name}", sweep.Plan.Digest)),
            // Cells whose runs the tables of runs do not have, such as those with other features.
            .. sweeps
                .SelectMany(sweep => sweep.Finished)
                .Select(cell => new ArtifactInput($"evaluate/{cell.Run.Key}", cell.Run.Key)),
        ];
    }

    public override object Settings(PipelineSettings settings, long seed) => new { settings.Name, settings.Title };

    public override void Make(StageContext context)
    {
        ReportInput input = ReportAssembly.Assemble(context);
        context.Staging.WriteText(TableFile, Report.Markdown(input));
        context.Staging.WriteText(PageFile, Report.Html(input));
        context.Summary = $"{input.Runs.Count} runs";
    }
}
