namespace CranePipeline.CommandLine;

/// <summary>Every parameter of the command line. <c>run.ps1</c> declares the same ones, which a test holds it to.</summary>
internal static class KnownOptions
{
    /// <summary>All of them, in the order the help shows.</summary>
    public static IReadOnlyList<OptionDescription> All { get; } =
    [
        new("Stage", OptionArity.List, "STAGE", "What to run: stages by name, or all. What they need and is missing runs first."),
        new("Dataset", OptionArity.Single, "NAME", "The data set: a file conf/datasets/NAME.yaml."),
        new("Seed", OptionArity.List, "N", "Seeds of split and training, one run each; default: the setting seeds."),
        new("Model", OptionArity.Single, "NAME", "The model: a file conf/models/NAME.yaml."),
        new("Preset", OptionArity.Single, "NAME", "A group of the model's settings, such as default or paper."),
        new("Set", OptionArity.List, "KEY=VALUE", "One setting, over every file: -Set train.rounds=2. Repeatable."),
        new("Device", OptionArity.Single, "NAME", "What computes the model: cpu (default), cuda or torch-cpu."),
        new("Engine", OptionArity.Single, "NAME", "What runs the data stages: local (default) or spark."),
        new("Spark", OptionArity.Single, "ADDRESS", "The Spark Connect server of -Engine spark: sc://host:15002."),
        new("Threads", OptionArity.Single, "N", "Threads to use; default: one a processor. Results are the same."),
        new("Data", OptionArity.Single, "DIR", "Where raw files are looked for; default: data/raw."),
        new("Store", OptionArity.Single, "DIR", "Where results are kept; default: store."),
        new("Conf", OptionArity.Single, "DIR", "The folder of settings files; default: conf."),
        new("Force", OptionArity.Flag, "", "Run the named stages again even if they are fresh."),
        new("Verify", OptionArity.Flag, "", "Check the whole store and the raw files by hash first."),
        new("User", OptionArity.List, "ID", "Only these users, by their raw ids.", ["recommend"]),
        new("Rankings", OptionArity.Single, "FILE", "Score these ranked lists (user, item, rank).", ["evaluate"]),
        new("Keep", OptionArity.Single, "N", "How many artifacts of a stage to keep.", ["gc"]),
        new("Artifact", OptionArity.Single, "KEY", "The artifact whose origin to print.", ["lineage"]),
        new("Sweep", OptionArity.Single, "NAME", "The grid to run: a file conf/sweeps/NAME.yaml.", ["sweep"]),
        new(
            "Table",
            OptionArity.Single,
            "NAME",
            "What to export: embeddings, recommendations, features or interactions.",
            ["export"]
        ),
        new("Format", OptionArity.Single, "NAME", "How: feather (default), parquet, csv or npy.", ["export"]),
        new("Modality", OptionArity.Single, "NAME", "Whose features; may be left out where there is one.", ["export"]),
        new(
            "Benchmark",
            OptionArity.Single,
            "NAME",
            "The models and data sets: a file conf/benchmarks/NAME.yaml.",
            ["benchmark"]
        ),
        new("Output", OptionArity.Single, "PATH", "Where to write what is exported.", ["recommend", "export", "export-mmrec"]),
        new("Remote", OptionArity.Single, "PLACE", "The other store: a folder, or s3://BUCKET/PREFIX.", ["push", "pull"]),
        new("Log", OptionArity.Single, "DIR", "Write a log of the run there, as JSON lines."),
        new("LogLevel", OptionArity.Single, "LEVEL", "The least the log has: error, warning, info (default) or verbose."),
        new("MaxMinutes", OptionArity.Single, "N", "Stop in good order after so long; the same command goes on later."),
        new("Wait", OptionArity.Single, "MINUTES", "The longest wait for another run; default: any."),
        new("Notify", OptionArity.Single, "URL", "Send the summary there when the run ends."),
        new("DryRun", OptionArity.Flag, "", "Say what would run, why, and for about how long; run nothing."),
        new("WhatIf", OptionArity.Flag, "", "Say what would be removed; remove nothing.", ["gc"]),
        new("Pin", OptionArity.Flag, "", "Write sizes and hashes of the raw files into the data set file.", ["download"]),
        new("AllowInsecure", OptionArity.Flag, "", "Download over plain http, and follow redirects to other hosts."),
        new("Json", OptionArity.Flag, "", "Write a summary as the last line of standard output, as JSON."),
        new("Verbose", OptionArity.Flag, "", "Say more about what is done and why."),
        new("Debug", OptionArity.Flag, "", "Show the stack trace of an error."),
        new("Help", OptionArity.Flag, "", "Show this help."),
        new("Version", OptionArity.Flag, "", "Show the version."),
    ];

    /// <summary>The parameters of a version with these stages.</summary>
    public static IReadOnlyList<OptionDescription> For(IReadOnlyList<StageDescription> stages) =>
        [.. All.Where(option => option.Stages is null || option.Stages.Any(name => stages.Any(stage => stage.Name == name)))];
}
