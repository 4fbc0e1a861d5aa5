using CranePipeline.Operations;
using CranePipeline.Stages;

namespace CranePipeline.Commands;

/// <summary>Tells what is fresh, stale and missing.</summary>
internal sealed class StatusCommand : Command
{
    public override string Name => "status";

    public override string Summary => "Tell what is fresh, stale, missing or damaged, and why";

    public override bool Computes => false;

    public override void Run(CommandContext context)
    {
        IReadOnlyList<NodeStatus> nodes = StoreStatus.Of(context.Session.Graph, context.Settings, context.Environment);
        context.Output.Write(StatusTable.Write(nodes, context.Options.Json));
        context.ExitCode =
            nodes.Any(node => node.Freshness == Freshness.Damaged) ? ExitCodes.BadInput
            : nodes.All(node => node.Freshness == Freshness.Fresh) ? ExitCodes.Done
            : ExitCodes.SomethingToDo;
    }
}
