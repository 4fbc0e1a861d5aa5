using System.Globalization;
using CranePipeline.CommandLine;
using CranePipeline.Stages;
using CranePipeline.Tables;

namespace CranePipeline.Commands;

/// <summary>Writes one of the tables that stages exchange for another program, with raw ids in place of numbers.</summary>
internal sealed class ExportCommand : Command
{
    public override string Name => "export";

    public override string Summary => "Write embeddings, recommendations, features or interactions for other programs";

    public override void Run(CommandContext context)
    {
        CommandLineOptions options = context.Options;
        // The command line was refused without them.
        ExportedTable what = options.Table!.Value;
        string path = options.Output!;
        if (Directory.Exists(path))
        {
            throw new InputException($"-Output {path} is a folder; name a file");
        }

        var tables = new ExportTables(context);
        var written = new List<string>();
        int rows;
        if (options.Format == ExportedFormat.Npy)
        {
            ExportArray array = tables.Array(what);
            rows = array.Rows;
            written.AddRange(array.Write(path));
        }
        else
        {
            ExportTable table = tables.Table(what);
            rows = table.RowCount;
            long neutralized = ExportFile.Write(
                path,
                FormatOf(options.Format),
                table,
                context.Settings.Export.NeutralizeFormulas,
                context.Environment.Cancellation
            );
            written.Add(path);
            if (neutralized > 0)
            {
                context.Environment.Display.Warning(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{neutralized:N0} texts that a spreadsheet would run as a formula have an "
                            + $"apostrophe before them; -Set export.neutralizeFormulas=false leaves them as they are"
                    )
                );
            }
        }

        Tell(context, what, rows, [.. written.Select(Path.GetFullPath)]);
    }

    private static ExportFormat FormatOf(ExportedFormat format) =>
        format switch
        {
            ExportedFormat.Parquet => ExportFormat.Parquet,
            ExportedFormat.Csv => ExportFormat.Csv,
            _ => ExportFormat.Feather,
        };

    private static void Tell(CommandContext context, ExportedTable what, int rows, IReadOnlyList<string> files)
    {
        if (context.Options.Json)
        {
            context.Output.Write(
                JsonFiles.Line(
                    new
                    {
                        Dataset = context.Settings.Name,
                        Table = what,
                        context.Options.Format,
                        Rows = rows,
                        Output = files[^1],
                        Files = files,
                    }
                )
            );
            return;
        }

        string table = JsonFiles.Line(what).Trim('"', '\n');
        context.Output.WriteLine(FormattableString.Invariant($"{rows:N0} rows of {table} are in {string.Join(", ", files)}"));
    }
}
