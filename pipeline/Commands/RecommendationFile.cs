using System.Text.Encodings.Web;
using System.Text.Json;
using CranePipeline.Tables;

namespace CranePipeline.Commands;

/// <summary>Writes recommendations as CSV, JSON lines, Parquet or Feather, by the file's extension.</summary>
internal static class RecommendationFile
{
    private const string JsonLines = ".jsonl";

    private static readonly Dictionary<string, ExportFormat> Formats = new(StringComparer.OrdinalIgnoreCase)
    {
        [".csv"] = ExportFormat.Csv,
        [".parquet"] = ExportFormat.Parquet,
        [".feather"] = ExportFormat.Feather,
        [".arrow"] = ExportFormat.Feather,
    };

    /// <summary>Refuses a path whose extension stands for no format, before anything is computed.</summary>
    /// <exception cref="InputException">It does.</exception>
    public static void Check(string path)
    {
        if (!IsJsonLines(path) && !Formats.ContainsKey(Path.GetExtension(path)))
        {
            throw new InputException(
                $"-Output {path} does not say in which format to write; end it in .csv, {JsonLines}, .parquet or .feather"
            );
        }
    }

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <param name="path">Where.</param>
    /// <param name="table">What.</param>
    /// <param name="neutralizeFormulas">As for <see cref="ExportFile.Write"/>.</param>
    /// <param name="cancellation">Looked at between rows.</param>
    /// <returns>The number of rows.</returns>
    /// <exception cref="InputException">It cannot be written.</exception>
    public static long Write(string path, RecommendationTable table, bool neutralizeFormulas, CancellationToken cancellation)
    {
        ExportTable export = table.ToExport();
        if (IsJsonLines(path))
        {
            WholeFile.MakeFolderOf(path);
            WholeFile.Write(path, stream => WriteJsonLines(stream, table, cancellation));
        }
        else
        {
            ExportFile.Write(path, Formats[Path.GetExtension(path)], export, neutralizeFormulas, cancellation);
        }

        return export.RowCount;
    }

    private static bool IsJsonLines(string path) => Path.GetExtension(path).Equals(JsonLines, StringComparison.OrdinalIgnoreCase);

    private static void WriteJsonLines(Stream stream, RecommendationTable table, CancellationToken cancellation)
    {
        using var json = new Utf8JsonWriter(
            stream,
            new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
        );
        foreach (RecommendationRow row in table.Rows())
        {
            cancellation.ThrowIfCancellationRequested();
            json.WriteStartObject();
            json.WriteString("user", row.User);
            json.WriteNumber("rank", row.Rank);
            json.WriteString("item", row.Item);
            json.WriteNumber("score", row.Score);
            json.WriteBoolean("cold", row.Cold);
            if (table.HasTitles)
            {
                json.WriteString("title", row.Title);
            }

            json.WriteEndObject();
            json.Flush();
            json.Reset();
            stream.WriteByte((byte)'\n');
        }
    }
}
