using System.Text.RegularExpressions;
using CranePipeline.CommandLine;
using CranePipeline.Configuration;
using CranePipeline.Operations;
using CranePipeline.Stages;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.CommandLine;

/// <summary>What README, documents and schedules tell people to type is what the program takes.</summary>
public sealed partial class DocumentedCommandsTests
{
    private static readonly string[] Sources =
    [
        "README.md",
        .. Directory
            .EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md")
            .Select(file => "docs/" + Path.GetFileName(file)),
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "deploy")).Select(file => "deploy/" + Path.GetFileName(file)),
    ];

    private static readonly (string Source, string Command)[] Commands =
    [
        .. Sources.SelectMany(source =>
            File.ReadLines(Path.Combine(Repository.Root, source))
                .Select(line => Call().Match(line))
                .Where(match => match.Success)
                .Select(match => (source, match.Groups["arguments"].Value))
                .Where(call =>
                    call.Value.Contains("-stage", StringComparison.OrdinalIgnoreCase)
                    // Patterns of commands, with words in the place of values.
                    && !call.Value.Contains("STAGE", StringComparison.Ordinal)
                    && !call.Value.Contains("SETTING", StringComparison.Ordinal)
                    && !call.Value.Contains('…', StringComparison.Ordinal)
                )
        ),
    ];

    [Test]
    public void There_are_commands_to_check() => Assert.That(Commands, Has.Length.GreaterThan(30));

    [TestCaseSource(nameof(Commands))]
    public void A_documented_command_is_understood((string Source, string Command) call)
    {
        // README shows one misspelt setting, to show what is said of it.
        bool isWrong = call.Command.Contains("train.ronds", StringComparison.Ordinal);
        CommandLineOptions options = CommandLineParser.Parse(Words(call.Command), StageCatalog.Descriptions);
        var folder = ConfigurationFolder.Find(Path.Combine(Repository.Root, "conf"));
        if (options.Help || options.Dataset is null || !folder.Datasets.Contains(options.Dataset))
        {
            return;
        }

        var request = new ConfigurationRequest
        {
            Folder = folder.Path,
            Dataset = options.Dataset,
            Overrides = options.Overrides,
        };
        Assert.That(
            () => ConfigurationLoader.Load<PipelineSettings>(request),
            isWrong ? Throws.Exception : Throws.Nothing,
            call.Source
        );
        if (options.Sweep is { } sweep)
        {
            Assert.That(folder.Sweeps, Does.Contain(sweep));
        }
    }

    [Test]
    public void The_exit_codes_of_the_documents_are_the_programs()
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operations.md"));
        string[] rows = [.. Row().Matches(text).Select(match => match.Value.TrimEnd())];

        Assert.That(rows, Is.EqualTo(ExitCodes.Table.Select(code => $"| {code.Code} | {code.Meaning} |")));
    }

    private static List<string> Words(string command)
    {
        var words = new List<string>();
        foreach (Match word in Word().Matches(command))
        {
            if (word.Value[0] == '#' || word.Value is ">>" or "2>>" or "2>" or ">" or "|" or "&&")
            {
                break;
            }

            words.Add(word.Value.Replace("\"", "", StringComparison.Ordinal).Replace("'", "", StringComparison.Ordinal));
        }

        return words;
    }

    [GeneratedRegex(
        @"(?:^|[\s`(])(?:\./run\.ps1|dotnet run --project pipeline -c Release --|\S*dotnet \S*CranePipeline\.dll)\s+(?<arguments>-[^`<]*?)(?:\s*\\?`|</|\s*$)"
    )]
    private static partial Regex Call();

    [GeneratedRegex("""(?:"[^"]*"|'[^']*'|[^\s"'])+""")]
    private static partial Regex Word();

    [GeneratedRegex(@"^\| \d+ \| [A-Z].* \|\s*$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
