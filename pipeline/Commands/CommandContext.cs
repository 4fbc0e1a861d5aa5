using CranePipeline.CommandLine;
using CranePipeline.Configuration;
using CranePipeline.Stages;

namespace CranePipeline.Commands;

/// <summary>What a command gets to work with.</summary>
internal sealed class CommandContext
{
    /// <summary>The command line.</summary>
    public required CommandLineOptions Options { get; init; }

    /// <summary>All effective settings, with where each came from.</summary>
    public required LoadedConfiguration<PipelineSettings> Configuration { get; init; }

    /// <summary>Folders, threads, engine, progress, cancellation.</summary>
    public required RunEnvironment Environment { get; init; }

    /// <summary>The stages under these settings, to look at or to run.</summary>
    public required StageSession Session { get; init; }

    /// <summary>Where results for the user go: standard output.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>The exit code where nothing goes wrong; a command that has more to say sets it.</summary>
    public int ExitCode { get; set; }

    /// <summary>All effective settings.</summary>
    public PipelineSettings Settings => Configuration.Settings;
}
