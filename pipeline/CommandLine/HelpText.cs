using System.Globalization;
using System.Reflection;
using System.Text;
using CranePipeline.Operations;

namespace CranePipeline.CommandLine;

/// <summary>The help of a version with given stages, at most 80 columns wide.</summary>
internal static class HelpText
{
    private const int Width = 80;
    private const int Indent = 20;

    /// <summary>The version of the product, such as "0.1.0".</summary>
    public static string Version { get; } =
        typeof(HelpText).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
        ?? "0";

    private static readonly (string[] Stages, string Command, string Meaning)[] Examples =
    [
        ([], "-Stage all -Dataset sample", "everything, on generated data"),
        ([], "-Stage all -Dataset tiktok -Seed 9,672 -Json", "two seeds, with a summary for programs"),
        (["train", "evaluate"], "-Stage train,evaluate -Dataset tiktok -Preset paper", "the settings the paper published"),
        (["train"], "-Stage train -Dataset tiktok -Set train.rounds=2", "one setting changed; only what it touches runs"),
        (["config"], "-Stage config -Dataset tiktok", "every setting and where it came from"),
        (["status"], "-Stage status -Dataset tiktok", "what is fresh, stale or missing, and why"),
        (["recommend"], "-Stage recommend -Dataset tiktok -User 17", "the items one user should see"),
        (["export"], "-Stage export -Dataset tiktok -Table embeddings -Output e.feather", "a table for other programs"),
        (["sweep"], "-Stage sweep -Dataset tiktok -Sweep ablations", "what each part of the model adds"),
        (["benchmark"], "-Stage benchmark -Benchmark quick", "every model on the sample, in one page"),
        (["report"], "-Stage report -Dataset tiktok", "the tables, from every finished run"),
    ];

    /// <summary>The whole help.</summary>
    public static string For(IReadOnlyList<StageDescription> stages)
    {
        ArgumentNullException.ThrowIfNull(stages);
        var text = new StringBuilder();
        text.Append("CRANE Pipeline ").Append(Version).Append('\n');
        text.Append("From raw product reviews to a trained and evaluated multimodal recommender.\n");

        Head(text, "Usage");
        text.Append("  ./run.ps1 -Stage STAGE[,STAGE...] -Dataset NAME [parameters]\n");
        text.Append("  dotnet run --project pipeline -c Release -- -Stage STAGE -Dataset NAME ...\n");

        Head(text, "Examples");
        foreach (var (needed, command, meaning) in Examples)
        {
            if (needed.All(name => stages.Any(stage => stage.Name == name)))
            {
                text.Append("  ./run.ps1 ").Append(command).Append('\n');
                text.Append("      ").Append(meaning).Append('\n');
            }
        }

        Head(text, "Stages");
        foreach (var stage in stages)
        {
            Row(text, stage.Name, stage.Summary.TrimEnd('.') + '.');
        }
        var inAll = stages.Where(stage => stage.IsInAll).Select(stage => stage.Name).ToList();
        if (inAll.Count > 0)
        {
            Row(text, CommandLineParser.All, $"Run {string.Join(", ", inAll)}.");
        }

        Head(text, "Parameters (-Stage, -stage and --stage are the same)");
        foreach (var option in KnownOptions.For(stages))
        {
            var only = option.Stages is null
                ? ""
                : $" ({string.Join(", ", option.Stages.Where(name => stages.Any(stage => stage.Name == name)))})";
            Row(text, $"-{option.Name}{(option.Value.Length > 0 ? " " : "")}{option.Value}", option.Summary + only);
        }
        text.Append('\n');
        text.Append("  Lists are parted by commas or spaces: -Seed 9,672 or -Seed 9 672.\n");

        Head(text, "Exit codes");
        foreach (ExitCodeMeaning code in ExitCodes.Table)
        {
            Row(text, code.Code.ToString(CultureInfo.InvariantCulture), code.Meaning);
        }
        return text.ToString();
    }

    private static void Head(StringBuilder text, string title) => text.Append('\n').Append(title).Append('\n');

    private static void Row(StringBuilder text, string name, string summary)
    {
        text.Append("  ").Append(name.PadRight(Indent - 2));
        if (name.Length > Indent - 4)
        {
            text.Append('\n').Append(' ', Indent);
        }
        var column = Indent;
        foreach (var word in summary.Split(' '))
        {
            if (column > Indent && column + 1 + word.Length > Width)
            {
                text.Append('\n').Append(' ', Indent);
                column = Indent;
            }
            if (column > Indent)
            {
                text.Append(' ');
                column++;
            }
            text.Append(word);
            column += word.Length;
        }
        text.Append('\n');
    }
}
