using CranePipeline.CommandLine;
using CranePipeline.Tables;

namespace CranePipeline.Commands;

/// <summary>
/// Something <c>-Stage</c> can name that is not a stage of the pipeline: it shows, exports or combines what the stages make. The stages
/// named beside it run first.
/// </summary>
internal abstract class Command
{
    /// <summary>Its name for <c>-Stage</c>.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// What it does, in a few words that begin with a verb; null where it is another way of a stage that has its own line in the
    /// help.
    /// </summary>
    public abstract string? Summary { get; }

    /// <summary>Whether <c>-Dataset</c> must be given.</summary>
    public virtual bool NeedsDataset => true;

    /// <summary>Whether <c>-Dataset</c> names a settings file that is there; otherwise the command makes it.</summary>
    public virtual bool ReadsDataset => true;

    /// <summary>
    /// Whether it loads the settings of its models itself and says of a training setting whether any has it; otherwise they are those of
    /// the one model that the command line or the data set names.
    /// </summary>
    public virtual bool LoadsModels => false;

    /// <summary>Whether it computes, so that an engine or device that is not there is told before any work.</summary>
    public virtual bool Computes => true;

    /// <summary>Whether the command line asks for it.</summary>
    public virtual bool IsAskedFor(CommandLineOptions options) => options.Stages.Contains(Name);

    /// <summary>Says what <see cref="Run"/> would make, for <c>-DryRun</c>.</summary>
    /// <returns>False where it makes nothing that takes long, and said nothing.</returns>
    public virtual bool Foretell(CommandContext context) => false;

    /// <summary>The file of <c>conf</c> that a command works by, named by the parameter of the command's own name.</summary>
    /// <param name="given">What was named.</param>
    /// <param name="known">What there is.</param>
    /// <exception cref="InputException">None was named.</exception>
    protected string NamedFile(string? given, IReadOnlyList<string> known) =>
        given
        ?? throw new InputException(
            $"stage '{Name}' needs -{char.ToUpperInvariant(Name[0])}{Name[1..]} "
                + $"NAME, a file of conf/{Name}s; there are {string.Join(", ", known)}"
        );

    /// <summary>Carries it out; results for the user go to <see cref="CommandContext.Output"/>.</summary>
    public abstract void Run(CommandContext context);
}
