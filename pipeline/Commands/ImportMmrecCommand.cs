using CranePipeline.Configuration;
using CranePipeline.Ingest.Mmrec;
using CranePipeline.Stages;
using CranePipeline.Store;
using CranePipeline.Tables;

namespace CranePipeline.Commands;

/// <summary>
/// Makes a folder of the MMRec toolbox a data set with a name: <c>-Data FOLDER -Dataset NAME</c> writes
/// <c>conf/datasets/NAME.yaml</c>, whose paths lead to the folder from wherever raw files are looked for. The folder itself is only
/// read.
/// </summary>
internal sealed class ImportMmrecCommand : Command
{
    public override string Name => "import-mmrec";

    public override string Summary => "Make the MMRec folder named by -Data the data set -Dataset";

    public override bool ReadsDataset => false;

    public override bool Computes => false;

    public override void Run(CommandContext context)
    {
        string name = context.Options.Dataset!;
        if (context.Options.Data is not { } folder)
        {
            throw new InputException(
                "stage 'import-mmrec' needs the MMRec folder: -Stage import-mmrec -Data FOLDER -Dataset NAME"
            );
        }

        PathName.Check("-Dataset", name);
        MmrecDataset found = Find(folder, name, context.Environment.Cancellation) with { Name = name };
        string file = Path.Combine(ConfigurationFolder.Find(context.Options.Conf).Path, "datasets", name + ".yaml");
        string shown = ConfigurationFolder.Display(file);
        if (File.Exists(file) && !context.Options.Force)
        {
            throw new InputException($"{shown} is there already; choose another -Dataset name, or replace the file with -Force");
        }

        MmrecFolder.WriteDatasetFile(found, file, DataFolder(context), replace: true);
        Tell(context, found, shown);
    }

    /// <summary>The folder's only data set, or of several the one that is called as the new one.</summary>
    private static MmrecDataset Find(string folder, string name, CancellationToken cancellation)
    {
        bool hasNamed = File.Exists(Path.Combine(folder, name + ".inter"));
        return MmrecFolder.Import(folder, hasNamed ? name : null, cancellation);
    }

    /// <summary>Where later runs look for raw files: the setting, without the <c>-Data</c> that names the folder to import.</summary>
    private static string DataFolder(CommandContext context) =>
        ConfigurationLoader
            .Load<PipelineSettings>(
                new ConfigurationRequest
                {
                    Folder = context.Options.Conf,
                    Overrides = (context.Options with { Data = null }).Overrides,
                }
            )
            .Settings.Data;

    private static void Tell(CommandContext context, MmrecDataset found, string file)
    {
        if (context.Options.Json)
        {
            context.Output.Write(
                JsonFiles.Line(
                    new
                    {
                        Dataset = found.Name,
                        Output = file,
                        found.Folder,
                        found.Users,
                        found.Items,
                        found.Interactions,
                        found.Labelled,
                        Modalities = found.Modalities.ToDictionary(
                            modality => modality.Name,
                            modality => new
                            {
                                modality.FileName,
                                modality.Rows,
                                modality.Columns,
                            }
                        ),
                    }
                )
            );
            return;
        }

        string split = found.Labelled ? "split as its x_label says" : "no x_label, so split at random";
        context.Output.WriteLine(
            FormattableString.Invariant(
                $"{file}: {found.Interactions:N0} interactions, {found.Users:N0} users, {found.Items:N0} items; {split}"
            )
        );
        foreach (MmrecModality modality in found.Modalities)
        {
            context.Output.WriteLine(
                FormattableString.Invariant($"  {modality.Name}: {modality.FileName}, {modality.Rows:N0} × {modality.Columns:N0}")
            );
        }

        context.Output.WriteLine($"run it with -Stage all -Dataset {found.Name}");
    }
}
