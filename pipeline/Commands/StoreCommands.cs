using System.Globalization;
using CranePipeline.Operations;
using CranePipeline.Progress;
using CranePipeline.Stages;
using CranePipeline.Store;
using CranePipeline.Tables;

namespace CranePipeline.Commands;

/// <summary>Reads the whole store and the raw files and tells what is damaged.</summary>
internal sealed class VerifyCommand : Command
{
    public override string Name => "verify";

    public override string Summary => "Check the whole store and the raw files by hash";

    public override bool NeedsDataset => false;

    public override bool Computes => false;

    public override void Run(CommandContext context)
    {
        context.Environment.Display.StageStarted(Name);
        StoreCheckResult result = StoreCheck.Run(
            context.Environment.Store,
            context.Environment.Progress,
            context.Environment.Cancellation
        );
        context.Environment.Display.StageEnded(Name, result.Faults.Count == 0 ? StageState.Built : StageState.Failed);
        if (context.Options.Json)
        {
            context.Output.Write(JsonFiles.Line(result));
        }
        else
        {
            foreach (StoreFault fault in result.Faults)
            {
                context.Output.WriteLine(fault.Message);
            }

            context.Output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{result.Artifacts:N0} artifacts and {result.RawFiles:N0} raw files ({Phrase.Bytes(result.Bytes)}): "
                        + $"{(result.Faults.Count == 0 ? "all whole" : $"{result.Faults.Count} damaged")}"
                )
            );
        }

        context.ExitCode = result.Faults.Count == 0 ? ExitCodes.Done : ExitCodes.BadInput;
    }
}

/// <summary>Removes old artifacts.</summary>
internal sealed class GcCommand : Command
{
    public override string Name => "gc";

    public override string Summary => "Remove all but the newest -Keep artifacts of each stage and seed";

    public override bool NeedsDataset => false;

    public override bool Computes => false;

    public override void Run(CommandContext context)
    {
        int keep =
            context.Options.Keep
            ?? throw new InputException("stage 'gc' needs -Keep N: how many artifacts of each stage and seed to keep");
        ArtifactStore store = context.Environment.Store;
        IReadOnlyList<Garbage> garbage = GarbageCollection.Find(store, context.Options.Dataset, keep);
        bool whatIf = context.Options.WhatIf;
        IReadOnlyList<Garbage> removed = whatIf ? garbage : GarbageCollection.Remove(store, garbage);
        if (context.Options.Json)
        {
            context.Output.Write(JsonFiles.Line(new { WhatIf = whatIf, Removed = removed }));
            return;
        }

        foreach (Garbage each in removed)
        {
            context.Output.WriteLine(
                $"{(whatIf ? "would remove" : "removed")} {each.Path} ({Phrase.Bytes(each.Bytes)}, {each.Why})"
            );
        }

        context.Output.WriteLine(
            $"{removed.Count} artifacts, {Phrase.Bytes(removed.Sum(each => each.Bytes))}{(whatIf ? " would go" : " removed")}"
        );
    }
}

/// <summary>Prints what an artifact was made from.</summary>
internal sealed class LineageCommand : Command
{
    public override string Name => "lineage";

    public override string Summary => "Print what the artifact -Artifact was made from, down to the raw files";

    public override bool NeedsDataset => false;

    public override bool Computes => false;

    public override void Run(CommandContext context)
    {
        string key =
            context.Options.Artifact
            ?? throw new InputException("stage 'lineage' needs -Artifact KEY, a key that -Stage status shows");
        Lineage lineage = Lineage.Of(context.Environment.Store, context.Options.Dataset, key);
        if (context.Options.Json)
        {
            context.Output.Write(JsonFiles.Line(Tree(lineage)));
        }
        else
        {
            Print(context.Output, lineage, string.Empty, string.Empty);
        }
    }

    private static void Print(TextWriter output, Lineage lineage, string first, string rest)
    {
        output.WriteLine(first + Describe(lineage));
        for (int each = 0; each < lineage.Inputs.Count; each++)
        {
            bool isLast = each == lineage.Inputs.Count - 1;
            Print(output, lineage.Inputs[each], rest + (isLast ? "└─ " : "├─ "), rest + (isLast ? "   " : "│  "));
        }
    }

    private static string Describe(Lineage lineage)
    {
        if (lineage.Artifact is not { Manifest: { } manifest })
        {
            return $"{lineage.Name} {lineage.Key}{(lineage.Key.Contains(':', StringComparison.Ordinal) ? "" : " (no longer there)")}";
        }

        string seed = lineage.Artifact.Seed is { } each ? FormattableString.Invariant($" seed {each}") : string.Empty;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{lineage.Name} {lineage.Key}{seed}, version {manifest.Version}, "
                + $"{manifest.End:yyyy-MM-dd HH:mm:ss} on {manifest.Host}, tool {manifest.ToolVersion}"
        );
    }

    private static object Tree(Lineage lineage) =>
        new
        {
            lineage.Name,
            lineage.Key,
            lineage.Artifact?.Manifest.Stage,
            lineage.Artifact?.Manifest.Version,
            lineage.Artifact?.Manifest.Settings,
            lineage.Artifact?.Manifest.End,
            lineage.Artifact?.Manifest.Host,
            lineage.Artifact?.Manifest.ToolVersion,
            Inputs = lineage.Inputs.Select(Tree).ToArray(),
        };
}

/// <summary>Looks at the machine, the raw files and the store.</summary>
internal sealed class DoctorCommand : Command
{
    public override string Name => "doctor";

    public override string Summary => "Look at machine, raw files and store, and say what to do about each";

    public override bool NeedsDataset => false;

    public override bool Computes => false;

    public override void Run(CommandContext context)
    {
        IReadOnlyList<Finding> findings = Doctor.Examine(context.Settings, context.Environment);
        if (context.Options.Json)
        {
            context.Output.Write(JsonFiles.Line(findings));
        }
        else
        {
            context.Output.Write(
                TextTable.Write(
                    ["", "what", "found", "to do"],
                    [
                        .. findings.Select(finding =>
                            (string[])
                                [
                                    finding.State switch
                                    {
                                        FindingState.Good => "good",
                                        FindingState.Note => "note",
                                        _ => "BAD",
                                    },
                                    finding.What,
                                    finding.Found,
                                    finding.ToDo ?? string.Empty,
                                ]
                        ),
                    ],
                    _ => true
                )
            );
        }

        context.ExitCode = findings.Any(finding => finding.State == FindingState.Bad) ? ExitCodes.BadInput : ExitCodes.Done;
    }
}
