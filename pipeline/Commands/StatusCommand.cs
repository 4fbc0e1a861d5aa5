using CranePipeline.Stages;

namespace CranePipeline.Commands;

/// <summary>Tells what is fresh, stale and missing.</summary>
internal sealed class StatusCommand : Command
{
    public override string Name => "status";

    public override string Summary => "Tell what is fresh, stale and missing, and why";

    public override bool Computes => false;

    public override void Run(CommandContext context) =>
        context.Output.Write(
            StatusTable.Write(StoreStatus.Of(context.Session.Graph, context.Settings, context.Environment), context.Options.Json)
        );
}
