using System.CommandLine;
using System.Globalization;
using CranePipeline.Configuration;
using CranePipeline.Progress;
using CranePipeline.Tables;

namespace CranePipeline.CommandLine;

/// <summary>Reads the command line.</summary>
internal static class CommandLineParser
{
    /// <summary>The word that stands for every stage of the pipeline.</summary>
    public const string All = "all";

    private static readonly (string Name, ExportedTable Value)[] Tables =
    [
        ("embeddings", ExportedTable.Embeddings),
        ("recommendations", ExportedTable.Recommendations),
        ("features", ExportedTable.Features),
        ("interactions", ExportedTable.Interactions),
    ];

    private static readonly (string Name, ExportedFormat Value)[] Formats =
    [
        ("feather", ExportedFormat.Feather),
        ("parquet", ExportedFormat.Parquet),
        ("csv", ExportedFormat.Csv),
        ("npy", ExportedFormat.Npy),
    ];

    /// <summary>Reads the arguments, for a version that has these stages.</summary>
    /// <exception cref="UsageException">The arguments are not right; the message is one sentence.</exception>
    public static CommandLineOptions Parse(IReadOnlyList<string> arguments, IReadOnlyList<StageDescription> stages)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(stages);
        // Someone who asks for help has it, whatever else is wrong.
        if (arguments.Any(IsHelp))
        {
            return new CommandLineOptions { Help = true };
        }
        var known = KnownOptions.For(stages);
        var command = new Command("crane-pipeline");
        var lists = new Dictionary<string, Option<string[]>>();
        var singles = new Dictionary<string, Option<string?>>();
        var flags = new Dictionary<string, Option<bool>>();
        foreach (var description in known)
        {
            Option option = description.Arity switch
            {
                OptionArity.Flag => flags[description.Name] = new Option<bool>(description.LongName)
                {
                    Arity = ArgumentArity.Zero,
                },
                OptionArity.Single => singles[description.Name] = new Option<string?>(description.LongName),
                _ => lists[description.Name] = new Option<string[]>(description.LongName) { Arity = ArgumentArity.OneOrMore },
            };
            command.Add(option);
        }
        var configuration = new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null };
        var result = command.Parse([.. ArgumentNormalizer.Normalize(arguments, known)], configuration);
        if (result.Errors.Count > 0)
        {
            throw new UsageException(result.Errors[0].Message.TrimEnd('.'));
        }

        string? Single(string name) => singles.TryGetValue(name, out var option) ? result.GetValue(option)?.Trim() : null;
        bool Flag(string name) => flags.TryGetValue(name, out var option) && result.GetValue(option);
        string[] Many(string name) => lists.TryGetValue(name, out var option) ? result.GetValue(option) ?? [] : [];
        IEnumerable<string> Parts(string name) =>
            Many(name)
                .SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

        if (Flag("Version"))
        {
            return new CommandLineOptions { Version = true };
        }
        var options = new CommandLineOptions
        {
            Stages = Stages([.. Parts("Stage")], stages),
            Dataset = Single("Dataset"),
            Seeds = [.. Parts("Seed").Select(text => Whole("Seed", text, 0, long.MaxValue)).Distinct()],
            Model = Single("Model"),
            Preset = Single("Preset"),
            Set = [.. Many("Set").Select(Setting)],
            Device = Choice(
                "Device",
                Single("Device"),
                ("cpu", DeviceKind.Cpu),
                ("cuda", DeviceKind.Cuda),
                ("torch-cpu", DeviceKind.TorchCpu)
            ),
            Engine = Choice("Engine", Single("Engine"), ("local", DataEngineKind.Local), ("spark", DataEngineKind.Spark)),
            Spark = Single("Spark"),
            Threads = Single("Threads") is { } threads ? (int)Whole("Threads", threads, 1, 1024) : null,
            Data = Single("Data"),
            Store = Single("Store"),
            Conf = Single("Conf"),
            Force = Flag("Force"),
            Verify = Flag("Verify"),
            Users = [.. Parts("User")],
            Rankings = Single("Rankings"),
            Keep = Single("Keep") is { } keep ? (int)Whole("Keep", keep, 0, int.MaxValue) : null,
            Artifact = Single("Artifact"),
            Sweep = Single("Sweep"),
            Table = Single("Table") is { } table ? Choice("Table", table, Tables) : null,
            Format = Choice("Format", Single("Format"), Formats),
            Modality = Single("Modality"),
            Benchmark = Single("Benchmark"),
            Output = Single("Output"),
            Remote = Single("Remote"),
            Log = Single("Log"),
            LogLevel = Choice(
                "LogLevel",
                Single("LogLevel") ?? "info",
                ("error", ConsoleLevel.Error),
                ("warning", ConsoleLevel.Warning),
                ("info", ConsoleLevel.Info),
                ("verbose", ConsoleLevel.Verbose)
            ),
            MaxMinutes = Single("MaxMinutes") is { } limit ? Minutes("MaxMinutes", limit) : null,
            WaitMinutes = Single("Wait") is { } wait ? Minutes("Wait", wait) : null,
            Notify = Single("Notify"),
            DryRun = Flag("DryRun"),
            WhatIf = Flag("WhatIf"),
            Pin = Flag("Pin"),
            AllowInsecure = Flag("AllowInsecure"),
            Json = Flag("Json"),
            Verbose = Flag("Verbose"),
            Debug = Flag("Debug"),
        };
        CheckDataset(options, stages);
        CheckExport(options);
        if (options.Spark is not null && options.Engine != DataEngineKind.Spark)
        {
            throw new UsageException("-Spark is the address for -Engine spark, which is not asked for");
        }
        CheckFor(known.Where(option => result.GetResult(Parsed(option.Name)) is { Implicit: false }), options.Stages);
        return options;

        Option Parsed(string name) =>
            flags.TryGetValue(name, out var flag) ? flag
            : singles.TryGetValue(name, out var single) ? single
            : lists[name];
    }

    /// <summary>Whether the arguments ask for JSON, whatever else is wrong with them.</summary>
    public static bool AsksForJson(IReadOnlyList<string> arguments) =>
        arguments.Any(argument =>
            argument.StartsWith('-')
            && argument.TrimStart('-').ToUpperInvariant() is "JSON" or "JSON:$TRUE" or "JSON=TRUE" or "JSON:TRUE"
        );

    private static bool IsHelp(string argument) =>
        argument.TrimStart('-', '/').ToUpperInvariant() is "HELP" or "H" or "?" && argument is ['-' or '/', ..];

    private static List<string> Stages(IReadOnlyList<string> asked, IReadOnlyList<StageDescription> stages)
    {
        if (asked.Count == 0)
        {
            throw new UsageException("say what to run with -Stage, such as -Stage all -Dataset sample; -Help shows more");
        }
        var chosen = new List<string>();
        foreach (var name in asked)
        {
            if (string.Equals(name, All, StringComparison.OrdinalIgnoreCase))
            {
                chosen.AddRange(stages.Where(stage => stage.IsInAll).Select(stage => stage.Name));
                continue;
            }
            var known = stages.FirstOrDefault(stage => string.Equals(stage.Name, name, StringComparison.OrdinalIgnoreCase));
            if (known is null)
            {
                IReadOnlyList<string> names = [All, .. stages.Select(stage => stage.Name)];
                throw new UsageException($"unknown stage '{name}'{NearestName.SuggestionOf(name, names)}");
            }
            chosen.Add(known.Name);
        }
        return [.. chosen.Distinct()];
    }

    private static void CheckDataset(CommandLineOptions options, IReadOnlyList<StageDescription> stages)
    {
        if (options.Dataset is not null)
        {
            return;
        }
        var needing = options.Stages.FirstOrDefault(name => stages.Any(stage => stage.Name == name && stage.NeedsDataset));
        if (needing is not null)
        {
            throw new UsageException(
                $"stage '{needing}' needs a data set: name one of the files in conf/datasets with -Dataset, such as -Dataset sample"
            );
        }
    }

    private static void CheckExport(CommandLineOptions options)
    {
        if (!options.Stages.Contains("export"))
        {
            return;
        }
        if (options.Table is null)
        {
            throw new UsageException($"-Stage export needs -Table: {string.Join(", ", Tables.Select(table => table.Name))}");
        }
        if (options.Output is null)
        {
            throw new UsageException("-Stage export needs -Output: the file to write");
        }
        if (options.Modality is not null && options.Table != ExportedTable.Features)
        {
            throw new UsageException("-Modality is for -Table features");
        }
    }

    // A parameter that none of the stages reads would be passed over in silence.
    private static void CheckFor(IEnumerable<OptionDescription> given, IReadOnlyList<string> asked)
    {
        foreach (var option in given)
        {
            if (option.Stages is { } readers && !readers.Any(asked.Contains))
            {
                throw new UsageException(
                    $"-{option.Name} is for -Stage {string.Join(" or ", readers)}; none of them is asked for"
                );
            }
        }
    }

    private static SettingOverride Setting(string text)
    {
        try
        {
            return SettingOverride.Parse(text);
        }
        catch (InputException exception)
        {
            throw new UsageException(exception.Message);
        }
    }

    private static long Whole(string name, string text, long minimum, long maximum) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
        && value >= minimum
        && value <= maximum
            ? value
            : throw new UsageException(
                $"-{name} takes a whole number of at least "
                    + $"{minimum}{(maximum < int.MaxValue ? $" and at most {maximum}" : "")}, not '{text}'"
            );

    private static double Minutes(string name, string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value <= 1e6
            ? value
            : throw new UsageException($"-{name} takes a number of minutes, not '{text}'");

    private static T Choice<T>(string name, string? text, params (string Name, T Value)[] choices)
    {
        if (text is null)
        {
            return choices[0].Value;
        }
        foreach (var choice in choices)
        {
            if (string.Equals(choice.Name, text, StringComparison.OrdinalIgnoreCase))
            {
                return choice.Value;
            }
        }
        throw new UsageException(
            $"-{name} cannot be '{text}'{NearestName.SuggestionOf(text, [.. choices.Select(choice => choice.Name)], "it is one of")}"
        );
    }
}
