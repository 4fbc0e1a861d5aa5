using System.Text;
using CranePipeline.Tables;

namespace CranePipeline.Commands;

/// <summary>A NumPy array to export, and the raw ids of the numbers in it or of its rows.</summary>
/// <param name="Rows">Its rows.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="Floats">Its values, if they are float32.</param>
/// <param name="Integers">Its values, if they are int32.</param>
/// <param name="UserIds">Raw ids by number, for a text file with an id a line beside the array; null for none.</param>
/// <param name="ItemIds">Raw ids of items, likewise.</param>
internal sealed record ExportArray(int Rows, int Columns, float[]? Floats, int[]? Integers, string[]? UserIds, string[]? ItemIds)
{
    /// <summary>Writes the lists of ids, then the array; returns the files, the array last.</summary>
    /// <exception cref="InputException">One cannot be written.</exception>
    public IReadOnlyList<string> Write(string path)
    {
        WholeFile.MakeFolderOf(path);
        var files = new List<string>();
        WriteIds(path, "users", UserIds, files);
        WriteIds(path, "items", ItemIds, files);
        if (Floats is not null)
        {
            NpyFile.Write(path, Rows, Columns, Floats);
        }
        else
        {
            NpyFile.Write(path, Rows, Columns, Integers);
        }

        files.Add(path);
        return files;
    }

    private static void WriteIds(string path, string what, string[]? ids, List<string> files)
    {
        if (ids is null)
        {
            return;
        }

        string file = Path.ChangeExtension(path, null) + $".{what}.txt";
        WholeFile.Write(
            file,
            stream =>
            {
                using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
                foreach (string id in ids)
                {
                    writer.WriteLine(id);
                }
            }
        );
        files.Add(file);
    }
}
