using System.Globalization;
using CranePipeline.Configuration;
using CranePipeline.Progress;

namespace CranePipeline.CommandLine;

/// <summary>What the command line asks for.</summary>
internal sealed record CommandLineOptions
{
    /// <summary>The stages asked for, by their exact names, "all" replaced by the stages it stands for, each once.</summary>
    public IReadOnlyList<string> Stages { get; init; } = [];

    /// <summary>The data set, or null.</summary>
    public string? Dataset { get; init; }

    /// <summary>The seeds, empty where the setting <c>seeds</c> decides.</summary>
    public IReadOnlyList<long> Seeds { get; init; } = [];

    /// <summary>The model, or null where the settings decide.</summary>
    public string? Model { get; init; }

    /// <summary>The preset, or null where the settings decide.</summary>
    public string? Preset { get; init; }

    /// <summary>The <c>-Set</c> parameters, in order.</summary>
    public IReadOnlyList<SettingOverride> Set { get; init; } = [];

    /// <summary>What computes the model.</summary>
    public DeviceKind Device { get; init; }

    /// <summary>What runs the data stages.</summary>
    public DataEngineKind Engine { get; init; }

    /// <summary>The connection string of the Spark server, or null.</summary>
    public string? Spark { get; init; }

    /// <summary>The number of threads, or null where the settings decide.</summary>
    public int? Threads { get; init; }

    /// <summary>The folder of raw files, or null where the settings decide.</summary>
    public string? Data { get; init; }

    /// <summary>The artifact store, or null where the settings decide.</summary>
    public string? Store { get; init; }

    /// <summary>The settings folder, or null to look for it.</summary>
    public string? Conf { get; init; }

    /// <summary>Run the named stages although they are fresh.</summary>
    public bool Force { get; init; }

    /// <summary>Check stored files by hash.</summary>
    public bool Verify { get; init; }

    /// <summary>The users to recommend to, by raw id; empty for all.</summary>
    public IReadOnlyList<string> Users { get; init; } = [];

    /// <summary>A file of ranked lists to score, or null.</summary>
    public string? Rankings { get; init; }

    /// <summary>How many artifacts of a stage to keep, or null.</summary>
    public int? Keep { get; init; }

    /// <summary>The artifact to print the lineage of, or null.</summary>
    public string? Artifact { get; init; }

    /// <summary>The sweep to run, or null.</summary>
    public string? Sweep { get; init; }

    /// <summary>The table to export, or null.</summary>
    public ExportedTable? Table { get; init; }

    /// <summary>How to export it.</summary>
    public ExportedFormat Format { get; init; }

    /// <summary>The modality whose features to export, or null.</summary>
    public string? Modality { get; init; }

    /// <summary>The benchmark to run, or null.</summary>
    public string? Benchmark { get; init; }

    /// <summary>Where to write an export, or null.</summary>
    public string? Output { get; init; }

    /// <summary>The folder for log files, or null for none.</summary>
    public string? Log { get; init; }

    /// <summary>The least that the log has.</summary>
    public ConsoleLevel LogLevel { get; init; } = ConsoleLevel.Info;

    /// <summary>Minutes after which the run stops in good order, or null.</summary>
    public double? MaxMinutes { get; init; }

    /// <summary>The longest wait for another run in minutes, or null for any.</summary>
    public double? WaitMinutes { get; init; }

    /// <summary>The address that is told how the run ended, or null.</summary>
    public string? Notify { get; init; }

    /// <summary>The other store of push and pull, or null.</summary>
    public string? Remote { get; init; }

    /// <summary>Say what would run, and why, and run nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>Say what would be removed, and remove nothing.</summary>
    public bool WhatIf { get; init; }

    /// <summary>Write the hashes of downloaded files into the data set file.</summary>
    public bool Pin { get; init; }

    /// <summary>Download over plain http and from wherever a server redirects to.</summary>
    public bool AllowInsecure { get; init; }

    /// <summary>Write the summary as JSON.</summary>
    public bool Json { get; init; }

    /// <summary>Say more.</summary>
    public bool Verbose { get; init; }

    /// <summary>Show stack traces.</summary>
    public bool Debug { get; init; }

    /// <summary>Show the help and do nothing else.</summary>
    public bool Help { get; init; }

    /// <summary>Show the version and do nothing else.</summary>
    public bool Version { get; init; }

    /// <summary>
    /// The parameters that are settings, for <see cref="ConfigurationRequest.Overrides"/>; named parameters win over <c>-Set</c>.
    /// </summary>
    public IReadOnlyList<SettingOverride> Overrides
    {
        get
        {
            var overrides = Set.ToList();
            void Add(string path, string? value, string source)
            {
                if (value is not null)
                {
                    overrides.Add(new SettingOverride(path, value, source));
                }
            }
            Add("model", Model, "-Model");
            Add("preset", Preset, "-Preset");
            Add("seeds", Seeds.Count == 0 ? null : $"[{string.Join(", ", Seeds)}]", "-Seed");
            Add("threads", Threads?.ToString(CultureInfo.InvariantCulture), "-Threads");
            Add("data", Data, "-Data");
            Add("store", Store, "-Store");
            Add("download.allowInsecure", AllowInsecure ? "true" : null, "-AllowInsecure");
            return overrides;
        }
    }
}
