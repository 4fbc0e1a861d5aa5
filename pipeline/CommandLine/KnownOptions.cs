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
        new("Verify", OptionArity.Flag, "", "Check stored files by their hashes, not by their sizes alone."),
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
