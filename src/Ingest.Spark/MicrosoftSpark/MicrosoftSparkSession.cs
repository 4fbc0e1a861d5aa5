using Apache.Arrow;
using CranePipeline.Tables;
using Microsoft.Spark.Sql;
using Microsoft.Spark.Sql.Types;

namespace CranePipeline.Ingest.Spark.MicrosoftSpark;

/// <summary>
/// The plan through Microsoft.Spark, for a program that <c>spark-submit</c> starts with its <c>DotnetRunner</c> (Spark 3.5 at the newest).
/// Compiled with <c>-p:MicrosoftSpark=true</c> only.
/// </summary>
public sealed class MicrosoftSparkSession : ISqlSession
{
    private const int RowsOfBatch = 1 << 16;
    private readonly SparkSession spark = SparkSession.Builder().AppName("crane-pipeline").GetOrCreate();

    /// <inheritdoc/>
    public void Execute(Statement statement, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Try(statement.Purpose, () => spark.Sql(statement.Sql));
    }

    /// <inheritdoc/>
    public IEnumerable<RecordBatch> Query(Statement statement, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        DataFrame frame = Try(statement.Purpose, () => spark.Sql(statement.Sql));
        List<StructField> fields = frame.Schema().Fields;
        List<Row> rows = [];
        // A partition at a time, so that the driver holds no more than that.
        foreach (Row row in frame.ToLocalIterator())
        {
            cancellation.ThrowIfCancellationRequested();
            rows.Add(row);
            if (rows.Count == RowsOfBatch)
            {
                yield return Batch(fields, rows);
                rows.Clear();
            }
        }

        yield return Batch(fields, rows);
    }

    /// <inheritdoc/>
    public void Upload(
        string table,
        IEnumerable<RecordBatch> batches,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation
    )
    {
        string into = $"CREATE TABLE {table} USING parquet AS";
        Try($"drop {table}", () => spark.Sql($"DROP TABLE IF EXISTS {table}"));
        foreach (RecordBatch batch in batches)
        {
            cancellation.ThrowIfCancellationRequested();
            StructType schema = new(
                batch.Schema.FieldsList.Select((field, column) => new StructField(field.Name, TypeOf(batch.Column(column))))
            );
            IEnumerable<GenericRow> rows = Enumerable
                .Range(0, batch.Length)
                .Select(row => new GenericRow([.. batch.Arrays.Select(column => Value(column, row)!)]));
            Try($"store rows of {table}", () => spark.CreateDataFrame(rows, schema)).CreateOrReplaceTempView($"{table}_part");
            Try($"store rows of {table}", () => spark.Sql($"{into} SELECT * FROM {table}_part"));
            into = $"INSERT INTO {table}";
        }
    }

    /// <inheritdoc/>
    public void Dispose() => spark.Stop();

    private static T Try<T>(string purpose, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            string line = error.GetBaseException().Message.Split('\n')[0].Trim();
            throw new InputException($"Spark could not {purpose}: {line}", error);
        }
    }

    private static DataType TypeOf(IArrowArray column) =>
        column switch
        {
            Int32Array => new IntegerType(),
            Int64Array => new LongType(),
            StringArray => new StringType(),
            _ => throw new NotSupportedException($"a column of {column.Data.DataType.Name}"),
        };

    private static object? Value(IArrowArray column, int row) =>
        column switch
        {
            Int32Array ints => ints.GetValue(row),
            Int64Array longs => longs.GetValue(row),
            StringArray texts => texts.GetString(row),
            _ => throw new NotSupportedException($"a column of {column.Data.DataType.Name}"),
        };

    private static RecordBatch Batch(List<StructField> fields, List<Row> rows)
    {
        RecordBatch.Builder batch = new();
        for (int column = 0; column < fields.Count; column++)
        {
            IEnumerable<object?> values = rows.Select(row => row.Get(column));
            batch.Append(fields[column].Name, nullable: true, Column(fields[column].DataType, values));
        }

        return batch.Build();
    }

    private static IArrowArray Column(DataType type, IEnumerable<object?> values)
    {
        switch (type)
        {
            case IntegerType:
                Int32Array.Builder ints = new();
                values.ToList().ForEach(value => ints.Append(value is null ? null : Convert.ToInt32(value)));
                return ints.Build();
            case LongType:
                Int64Array.Builder longs = new();
                values.ToList().ForEach(value => longs.Append(value is null ? null : Convert.ToInt64(value)));
                return longs.Build();
            case FloatType:
                FloatArray.Builder floats = new();
                values.ToList().ForEach(value => floats.Append(value is null ? null : Convert.ToSingle(value)));
                return floats.Build();
            default:
                StringArray.Builder texts = new();
                values.ToList().ForEach(value => texts.Append(value as string));
                return texts.Build();
        }
    }
}
