using CranePipeline.Configuration;

namespace CranePipeline.Commands;

/// <summary>Prints the effective settings.</summary>
internal sealed class ConfigCommand : Command
{
    public override string Name => "config";

    public override string Summary => "Print the effective settings and where each came from";

    public override bool NeedsDataset => false;

    public override bool Computes => false;

    public override void Run(CommandContext context) =>
        context.Output.Write(
            context.Options.Json
                ? SettingsPrinter.Json(context.Configuration) + "\n"
                : SettingsPrinter.Yaml(context.Configuration, withMeanings: context.Options.Verbose)
        );
}
