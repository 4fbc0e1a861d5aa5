using CranePipeline.CommandLine;
using CranePipeline.Ingest.Spark;
using CranePipeline.Stages;
using CranePipeline.Tables;

namespace CranePipeline.Commands;

/// <summary>Prints what <c>-Engine spark</c> would have the cluster do.</summary>
internal sealed class PlanCommand : Command
{
    public override string Name => "plan";

    public override string Summary => "Print the SQL of -Engine spark for ingest and split";

    public override bool Computes => false;

    public override void Run(CommandContext context)
    {
        if (context.Environment.Spark is not { } spark)
        {
            throw new InputException("the local engine has no plan to print; add -Engine spark");
        }

        if (spark.Data.ClusterFolder is null)
        {
            // The formats are told from the files' beginnings.
            RawData.Ensure(context.Settings, context.Environment, isRequested: false, _ => { });
        }

        context.Output.Write(
            SparkPlan.Text(
                context.Settings.Ingest,
                context.Settings.Split,
                context.Settings.Seeds[0],
                spark.Data,
                spark.SessionIfNamed,
                context.Environment.Cancellation
            )
        );
    }
}
