using CranePipeline.Ingest.Mmrec;
using CranePipeline.Stages;
using CranePipeline.Store;
using CranePipeline.Tables;

namespace CranePipeline.Commands;

/// <summary>
/// Writes a data set as a folder that the MMRec toolbox reads: interactions labelled by this data set's split, features as NumPy arrays,
/// so that both programs can be compared on the same bytes.
/// </summary>
internal sealed class ExportMmrecCommand : Command
{
    private const long MillisecondsPerSecond = 1000;

    public override string Name => "export-mmrec";

    public override string Summary => "Write the data set, its split and its features as an MMRec folder";

    public override void Run(CommandContext context)
    {
        string name = context.Settings.Name;
        string folder = context.Options.Output ?? Path.Combine("mmrec", name);
        if (!context.Options.Force && Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new InputException($"{folder} is not empty; name another folder with -Output, or write into it with -Force");
        }

        long seed = context.Settings.Seeds[0];
        Artifact ingest = context.Session.Ensure("ingest");
        Artifact split = context.Session.Ensure("split", seed);
        Artifact? features = context.Settings.Modalities.Count > 0 ? context.Session.Ensure("features") : null;
        MmrecInteractions interactions = Interactions(ingest, split);
        List<MmrecFeature> arrays = [];
        foreach ((string modality, Tensors.Matrix values, _) in features is null ? [] : FeaturesStage.Read(features))
        {
            arrays.Add(new MmrecFeature(modality, values.Rows, values.Columns, values.Values));
        }

        WriteWhole(
            folder,
            staging =>
                MmrecFolder.Export(
                    staging,
                    name,
                    interactions,
                    arrays,
                    InteractionTables.ReadUserIds(ingest).Values,
                    InteractionTables.ReadItemIds(ingest).Values
                )
        );
        Tell(context, folder, seed, interactions, arrays);
    }

    /// <summary>
    /// Fills a folder with all files or with none: they are written into a folder inside it and moved when all are whole.
    /// </summary>
    private static void WriteWhole(string folder, Action<string> write)
    {
        bool isNew = !Directory.Exists(folder);
        string staging = Path.Combine(folder, $".{Environment.ProcessId}.partial");
        bool done = false;
        try
        {
            Directory.CreateDirectory(staging);
            write(staging);
            foreach (string file in Directory.EnumerateFiles(staging))
            {
                File.Move(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
            }

            done = true;
        }
        catch (Exception problem) when (WriteFault.Is(problem))
        {
            throw WriteFault.At(folder, problem, "free space there, or name another folder with -Output");
        }
        finally
        {
            if (Directory.Exists(staging))
            {
                Directory.Delete(staging, recursive: true);
            }

            if (!done && isNew && Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    /// <summary>Interactions in the order of the ingested table, each with its part of the split.</summary>
    private static MmrecInteractions Interactions(Artifact ingest, Artifact split)
    {
        Interactions table = Tables.Interactions.Read(ingest.PathOf(InteractionTables.Interactions));
        int[] users = table.Users;
        int[] items = table.Items;
        Dictionary<(int User, int Item), byte> labels = new(users.Length);
        byte label = 0;
        foreach (string part in (string[])[InteractionTables.Train, InteractionTables.Valid, InteractionTables.Test])
        {
            InteractionPairs pairs = InteractionTables.ReadPairs(split, part);
            for (int row = 0; row < pairs.Count; row++)
            {
                labels[(pairs.Users[row], pairs.Items[row])] = label;
            }

            label++;
        }

        // A split may leave interactions out: with coldStartUsers drop, those of users whom training does not know.
        int[] kept = [.. Enumerable.Range(0, users.Length).Where(row => labels.ContainsKey((users[row], items[row])))];
        return new MmrecInteractions(
            Array.ConvertAll(kept, row => users[row]),
            Array.ConvertAll(kept, row => items[row]),
            Array.ConvertAll(kept, row => labels[(users[row], items[row])]),
            Complete(table.Ratings) is { } ratings ? Array.ConvertAll(kept, row => ratings[row]) : null,
            Complete(table.Timestamps) is { } times ? Array.ConvertAll(kept, row => times[row] / MillisecondsPerSecond) : null
        );
    }

    /// <summary>The values of a column that every row has one in: the format has no word for a missing one.</summary>
    private static T[]? Complete<T>(OptionalColumn<T>? column)
        where T : struct => column is { Present: null } ? column.Values : null;

    private static void Tell(
        CommandContext context,
        string folder,
        long seed,
        MmrecInteractions interactions,
        List<MmrecFeature> arrays
    )
    {
        string full = Path.GetFullPath(folder);
        if (context.Options.Json)
        {
            context.Output.Write(
                JsonFiles.Line(
                    new
                    {
                        Dataset = context.Settings.Name,
                        Output = full,
                        Seed = seed,
                        Interactions = interactions.Users.Length,
                        Modalities = arrays.ToDictionary(array => array.Name, array => new { array.Rows, array.Columns }),
                    }
                )
            );
            return;
        }

        string features = arrays.Count == 0 ? "no features" : $"features {string.Join(", ", arrays.Select(array => array.Name))}";
        context.Output.WriteLine(
            FormattableString.Invariant(
                $"{full}: {interactions.Users.Length:N0} interactions labelled by the split of seed {seed}, {features}"
            )
        );
        context.Output.WriteLine(
            $"put {context.Settings.Name}.yaml into the toolbox's configs/dataset and the folder into its data folder"
        );
    }
}
