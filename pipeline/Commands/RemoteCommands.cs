using CranePipeline.Operations;
using CranePipeline.Progress;
using CranePipeline.Stages;
using CranePipeline.Store.Remote;
using CranePipeline.Tables;

namespace CranePipeline.Commands;

/// <summary>Moves artifacts between this store and the one that <c>-Remote</c> names.</summary>
internal abstract class RemoteCommand : Command
{
    public override bool Computes => false;

    public override void Run(CommandContext context)
    {
        if (context.Options.Remote is not { } place)
        {
            throw new InputException(
                $"stage '{Name}' needs the other store: -Stage {Name} -Dataset NAME -Remote FOLDER, or -Remote s3://BUCKET/PREFIX"
            );
        }

        using IRemoteFolder remote = RemoteFolder.Open(place);
        context.Environment.Display.StageStarted(Name);
        var store = new RemoteStore(context.Environment.Store, remote, context.Environment.Progress);
        RemoteTransfer result = Transfer(store, context);
        context.Environment.Display.StageEnded(Name, result.Refused.Count == 0 ? StageState.Built : StageState.Failed);
        if (context.Options.Json)
        {
            context.Output.Write(
                JsonFiles.Line(
                    new
                    {
                        Dataset = context.Settings.Name,
                        Remote = remote.Name,
                        result.Moved,
                        result.Present,
                        result.Refused,
                        result.Bytes,
                    }
                )
            );
        }
        else
        {
            context.Output.WriteLine(
                $"{remote.Name}: {result.Moved.Count} artifacts {Done} ({Phrase.Bytes(result.Bytes)}), {result.Present} were there already"
            );
        }

        foreach (string refused in result.Refused)
        {
            context.Environment.Display.Warning($"not {Done}: {refused}");
        }

        context.ExitCode = result.Refused.Count == 0 ? ExitCodes.Done : ExitCodes.BadInput;
    }

    /// <summary>What was done with an artifact that moved.</summary>
    protected abstract string Done { get; }

    /// <summary>Carries it out.</summary>
    protected abstract RemoteTransfer Transfer(RemoteStore store, CommandContext context);
}

/// <summary>Sends artifacts to another store.</summary>
internal sealed class PushCommand : RemoteCommand
{
    public override string Name => "push";

    public override string Summary => "Send the data set's artifacts to the store -Remote names";

    protected override string Done => "sent";

    protected override RemoteTransfer Transfer(RemoteStore store, CommandContext context) =>
        store.Push(context.Settings.Name, context.Environment.Cancellation);
}

/// <summary>Fetches artifacts from another store.</summary>
internal sealed class PullCommand : RemoteCommand
{
    public override string Name => "pull";

    public override string Summary => "Fetch the data set's artifacts from the store -Remote names";

    protected override string Done => "fetched";

    protected override RemoteTransfer Transfer(RemoteStore store, CommandContext context)
    {
        RemoteTransfer result = store.Pull(context.Settings.Name, context.Environment.Wait(Name));
        if (result is { Moved.Count: 0, Present: 0, Refused.Count: 0 })
        {
            context.Environment.Display.Warning($"{context.Options.Remote} has nothing of data set {context.Settings.Name}");
        }

        return result;
    }
}
