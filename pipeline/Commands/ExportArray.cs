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
    /// <summary>Writes the array and the lists of ids, all of them or none; returns the files, the array last.</summary>
    /// <exception cref="InputException">One cannot be written.</exception>
    public IReadOnlyList<string> Write(string path)
    {
        WholeFile.MakeFolderOf(path);
        List<(string Path, Action<Stream> Write)> files =
        [
            .. Ids(path, "users", UserIds),
            .. Ids(path, "items", ItemIds),
            (path, stream => WriteArray(stream)),
        ];
        WholeFile.WriteAll(files);
        return [.. files.Select(file => file.Path)];
    }

    private void WriteArray(Stream stream)
    {
        if (Floats is not null)
        {
            NpyFile.Write(stream, Rows, Columns, Floats);
        }
        else
        {
            NpyFile.Write(stream, Rows, Columns, Integers);
        }
    }

    private static IEnumerable<(string Path, Action<Stream> Write)> Ids(string path, string what, string[]? ids)
    {
        if (ids is not null)
        {
            yield return (
                Path.ChangeExtension(path, null) + $".{what}.txt",
                stream =>
                {
                    using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
                    foreach (string id in ids)
                    {
                        writer.WriteLine(id);
                    }
                }
            );
        }
    }
}
