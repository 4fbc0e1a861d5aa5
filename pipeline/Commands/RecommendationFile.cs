using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CranePipeline.Stages;
using CranePipeline.Tables;

namespace CranePipeline.Commands;

/// <summary>Writes recommendations as CSV, JSON lines or Parquet, by the file's extension.</summary>
internal static class RecommendationFile
{
    private const string Csv = ".csv";
    private const string JsonLines = ".jsonl";
    private const string Parquet = ".parquet";

    private static readonly SearchValues<char> Special = SearchValues.Create(",\"\r\n");

    /// <summary>Refuses a path whose extension stands for no format, before anything is computed.</summary>
    /// <exception cref="InputException">It does.</exception>
    public static void Check(string path)
    {
        if (Extension(path) is not (Csv or JsonLines or Parquet))
        {
            throw new InputException(
                $"-Output {path} does not say in which format to write; end it in {Csv}, {JsonLines} or {Parquet}"
            );
        }
    }

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <returns>The number of rows.</returns>
    /// <exception cref="InputException">It cannot be written.</exception>
    public static long Write(string path, RecommendationTable table, CancellationToken cancellation)
    {
        string full = Path.GetFullPath(path);
        // A folder, so that whatever a writer puts beside its file goes with it.
        string folder = $"{full}.{Environment.ProcessId}.partial";
        string staging = Path.Combine(folder, Path.GetFileName(full));
        try
        {
            Directory.CreateDirectory(folder);
            long rows = Extension(path) switch
            {
                Csv => WriteCsv(staging, table, cancellation),
                JsonLines => WriteJsonLines(staging, table, cancellation),
                _ => WriteParquet(staging, table),
            };
            File.Move(staging, full, overwrite: true);
            return rows;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new InputException(
                $"{path} cannot be written: {problem.Message.ReplaceLineEndings(" ").TrimEnd('.')}",
                problem
            );
        }
        finally
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static string Extension(string path) => Path.GetExtension(path).ToLowerInvariant();

    private static long WriteCsv(string path, RecommendationTable table, CancellationToken cancellation)
    {
        using var writer = new StreamWriter(path, append: false, new UTF8Encoding(false), 1 << 16);
        writer.Write(table.HasTitles ? "user,rank,item,score,cold,title\n" : "user,rank,item,score,cold\n");
        long rows = 0;
        foreach (RecommendationRow row in table.Rows())
        {
            cancellation.ThrowIfCancellationRequested();
            writer.Write(Quoted(row.User));
            writer.Write(string.Create(CultureInfo.InvariantCulture, $",{row.Rank},"));
            writer.Write(Quoted(row.Item));
            writer.Write(string.Create(CultureInfo.InvariantCulture, $",{row.Score},{(row.Cold ? "true" : "false")}"));
            if (table.HasTitles)
            {
                writer.Write(',');
                writer.Write(Quoted(row.Title ?? string.Empty));
            }

            writer.Write('\n');
            rows++;
        }

        return rows;
    }

    private static long WriteJsonLines(string path, RecommendationTable table, CancellationToken cancellation)
    {
        using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
        using var json = new Utf8JsonWriter(
            stream,
            new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
        );
        long rows = 0;
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
            rows++;
        }

        return rows;
    }

    private static long WriteParquet(string path, RecommendationTable table)
    {
        var users = new List<string?>();
        var ranks = new List<int>();
        var items = new List<string?>();
        var scores = new List<float>();
        var cold = new List<bool>();
        var titles = new List<string?>();
        foreach (RecommendationRow row in table.Rows())
        {
            users.Add(row.User);
            ranks.Add(row.Rank);
            items.Add(row.Item);
            scores.Add(row.Score);
            cold.Add(row.Cold);
            titles.Add(row.Title);
        }

        var columns = new List<Column>
        {
            new StringColumn("user", [.. users]),
            new Int32Column(InteractionTables.Rank, [.. ranks]),
            new StringColumn("item", [.. items]),
            new FloatColumn("score", [.. scores]),
            new BooleanColumn("cold", [.. cold]),
        };
        if (table.HasTitles)
        {
            columns.Add(new StringColumn("title", [.. titles]));
        }

        ParquetFile.Write(path, new Table(columns));
        return ranks.Count;
    }

    /// <summary>A CSV field (RFC 4180, section 2).</summary>
    private static string Quoted(string text) =>
        text.AsSpan().ContainsAny(Special) ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
