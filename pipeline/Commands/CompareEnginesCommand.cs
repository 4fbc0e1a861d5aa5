using CranePipeline.CommandLine;
using CranePipeline.Stages;
using CranePipeline.Tables;

namespace CranePipeline.Commands;

/// <summary>Trains a little on the cpu engine and on another one, and compares.</summary>
internal sealed class CompareEnginesCommand : Command
{
    public override string Name => "compare-engines";

    public override string Summary => "Train a little on cpu and on -Device, and compare losses and times";

    public override void Run(CommandContext context)
    {
        if (context.Options.Device == DeviceKind.Cpu)
        {
            throw new InputException(
                "compare-engines compares the cpu engine with another one: name it with -Device cuda or -Device torch-cpu"
            );
        }

        var train = new Node(StageCatalog.Artifacts.Single(stage => stage is TrainStage), context.Settings.Seeds[0]);
        EngineComparison comparison = EngineComparison.Run(
            context.Settings,
            train.Seed!.Value,
            context.Session.InputsOf(train),
            context.Environment
        );
        context.Environment.Display.Dispose();
        context.Output.Write(context.Options.Json ? JsonFiles.Text(comparison) : comparison.ToText());
        comparison.Check();
    }
}
