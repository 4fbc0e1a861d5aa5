using System.Data.Common;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using Apache.Arrow;
using Apache.Arrow.Types;
using CranePipeline.Tables;
using DuckDB.NET.Data;

namespace CranePipeline.Ingest.Spark.Tests.Duck;

/// <summary>
/// Runs a plan in DuckDB: lines are read by the test and handed over as if several tasks had read stretches of each file.
/// </summary>
internal sealed partial class DuckSession : ISqlSession
{
    private const int LinesOfBlock = 101;
    private const int RowsOfBatch = 777;
    private readonly DuckDBConnection connection = new("DataSource=:memory:");

    public DuckSession()
    {
        connection.Open();
        connection.RegisterScalarFunction<string, long>("xxhash64", Hash);
        foreach (string macro in DuckDialect.Macros)
        {
            Run(macro);
        }
    }

    /// <summary>Every statement that was carried out, as the plan has it.</summary>
    public List<Statement> Log { get; } = [];

    /// <summary>The tables that are there.</summary>
    public List<string> Tables()
    {
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = "SELECT table_name FROM duckdb_tables() WHERE table_name NOT LIKE '%_text_%' ORDER BY table_name";
        using DbDataReader reader = command.ExecuteReader();
        List<string> names = [];
        while (reader.Read())
        {
            names.Add(reader.GetString(0));
        }

        return names;
    }

    public void Execute(Statement statement, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Log.Add(statement);
        Match text = TextView().Match(statement.Sql);
        if (text.Success)
        {
            ReadFile(text.Groups["view"].Value, DuckDialect.Literal(text.Groups["path"].Value)[1..^1]);
            return;
        }

        Run(DuckDialect.Translate(statement.Sql));
    }

    public IEnumerable<RecordBatch> Query(Statement statement, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        Log.Add(statement);
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = DuckDialect.Translate(statement.Sql);
        using DbDataReader reader = command.ExecuteReader();
        List<object?[]> rows = [];
        while (reader.Read())
        {
            rows.Add([
                .. Enumerable.Range(0, reader.FieldCount).Select(column => reader.IsDBNull(column) ? null : reader[column]),
            ]);
        }

        for (int first = 0; first == 0 || first < rows.Count; first += RowsOfBatch)
        {
            yield return Batch(reader, rows[first..Math.Min(first + RowsOfBatch, rows.Count)]);
        }
    }

    public void Upload(
        string table,
        IEnumerable<RecordBatch> batches,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation
    )
    {
        bool first = true;
        foreach (RecordBatch batch in batches)
        {
            IEnumerable<string> columns = batch.Schema.FieldsList.Select(field => $"{field.Name} {TypeOf(field.DataType)}");
            if (first)
            {
                Run($"DROP TABLE IF EXISTS {table}");
                Run($"CREATE TABLE {table} ({string.Join(", ", columns)})");
                first = false;
            }

            using DuckDBAppender appender = connection.CreateAppender(table);
            for (int row = 0; row < batch.Length; row++)
            {
                IDuckDBAppenderRow line = appender.CreateRow();
                foreach (IArrowArray column in batch.Arrays)
                {
                    _ = column switch
                    {
                        Int32Array ints => line.AppendValue(ints.GetValue(row)),
                        Int64Array longs => line.AppendValue(longs.GetValue(row)),
                        StringArray texts => line.AppendValue(texts.GetString(row)),
                        _ => throw new NotSupportedException(column.GetType().Name),
                    };
                }

                line.EndRow();
            }
        }
    }

    public void Dispose() => connection.Dispose();

    private static string TypeOf(IArrowType type) =>
        type switch
        {
            Int32Type => "INTEGER",
            Int64Type => "BIGINT",
            StringType => "VARCHAR",
            _ => throw new NotSupportedException(type.Name),
        };

    private static void Hash(
        IReadOnlyList<DuckDB.NET.Data.DataChunk.Reader.IDuckDBDataReader> readers,
        DuckDB.NET.Data.DataChunk.Writer.IDuckDBDataWriter writer,
        ulong count
    )
    {
        for (ulong row = 0; row < count; row++)
        {
            writer.WriteValue((long)XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(readers[0].GetValue<string>(row)), 42), row);
        }
    }

    private void Run(string sql)
    {
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = sql;
        try
        {
            command.ExecuteNonQuery();
        }
        catch (DuckDBException error)
        {
            throw new InvalidOperationException($"{error.Message}\n{sql}", error);
        }
    }

    /// <summary>A table that stands for Spark's text source, with what Spark's functions tell of each line's place.</summary>
    private void ReadFile(string view, string path)
    {
        string file = path["file://".Length..].Replace("\\", "", StringComparison.Ordinal);
        Run($"CREATE OR REPLACE TABLE {view} (value VARCHAR, file VARCHAR, block BIGINT, place BIGINT, is_utf8 BOOLEAN)");
        byte[] bytes = Decompress(file);
        using DuckDBAppender appender = connection.CreateAppender(view);
        long line = 0;
        for (int at = 0; at < bytes.Length; line++)
        {
            int size = bytes.AsSpan(at).IndexOf((byte)'\n');
            ReadOnlySpan<byte> text = bytes.AsSpan(at, size < 0 ? bytes.Length - at : size);
            long block = line / LinesOfBlock;
            // Each task reads two stretches, the later one first: what counts is that places within a stretch follow each other.
            long place = ((block / 2) << 33) + (block % 2 == 0 ? 1000 : 0) + line % LinesOfBlock;
            appender
                .CreateRow()
                .AppendValue(Encoding.UTF8.GetString(text))
                .AppendValue("file://" + file)
                .AppendValue(block * 1_000_000)
                .AppendValue(place)
                .AppendValue(Utf8.IsValid(text))
                .EndRow();
            at = size < 0 ? bytes.Length : at + size + 1;
        }
    }

    private static byte[] Decompress(string file)
    {
        using FileStream stream = File.OpenRead(file);
        using Stream source = file.EndsWith(".gz", StringComparison.Ordinal)
            ? new GZipStream(stream, CompressionMode.Decompress)
            : stream;
        using MemoryStream bytes = new();
        source.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static RecordBatch Batch(DbDataReader reader, List<object?[]> rows)
    {
        RecordBatch.Builder batch = new();
        for (int column = 0; column < reader.FieldCount; column++)
        {
            IEnumerable<object?> values = rows.Select(row => row[column]);
            IArrowArray array = Column(reader.GetFieldType(column), values);
            batch.Append(reader.GetName(column), nullable: true, array);
        }

        return batch.Build();
    }

    private static IArrowArray Column(Type type, IEnumerable<object?> values)
    {
        if (type == typeof(string))
        {
            StringArray.Builder texts = new();
            values.ToList().ForEach(value => texts.Append((string?)value));
            return texts.Build();
        }

        if (type == typeof(int))
        {
            Int32Array.Builder ints = new();
            values.ToList().ForEach(value => ints.Append((int?)value));
            return ints.Build();
        }

        if (type == typeof(long))
        {
            Int64Array.Builder longs = new();
            values.ToList().ForEach(value => longs.Append((long?)value));
            return longs.Build();
        }

        if (type == typeof(float))
        {
            FloatArray.Builder floats = new();
            values.ToList().ForEach(value => floats.Append((float?)value));
            return floats.Build();
        }

        throw new NotSupportedException($"a column of {type.Name}");
    }

    [GeneratedRegex(@"TEMPORARY VIEW (?<view>\S+) USING text OPTIONS \(path (?<path>'(?:[^'\\]|\\.)*'), lineSep '\\n'\)")]
    private static partial Regex TextView();
}
