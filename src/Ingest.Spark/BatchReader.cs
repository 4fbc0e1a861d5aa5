using Apache.Arrow;
using Apache.Arrow.Types;
using CranePipeline.Tables;

namespace CranePipeline.Ingest.Spark;

/// <summary>
/// Columns of an answer, checked: a column that is missing, of another type or without a value where one must be is an error in
/// words.
/// </summary>
internal sealed class BatchReader(RecordBatch batch, Statement statement) : IDisposable
{
    /// <summary>Number of rows.</summary>
    public int Rows => batch.Length;

    /// <summary>Whole numbers of at most 32 bits.</summary>
    public IEnumerable<int> Ints(string name) =>
        Required(name, Nullable<Int32Array, int>(name, (array, row) => array.GetValue(row)));

    /// <summary>Whole numbers of 64 bits.</summary>
    public IEnumerable<long> Longs(string name) =>
        Required(name, Nullable<Int64Array, long>(name, (array, row) => array.GetValue(row)));

    /// <summary>Texts.</summary>
    public IEnumerable<string> Texts(string name) =>
        NullableTexts(name).Select(text => text ?? throw Wrong(name, "a null where there must be a text"));

    /// <summary>Texts, null where there is none.</summary>
    public IEnumerable<string?> NullableTexts(string name)
    {
        StringArray array = Column<StringArray>(name);
        return Enumerable.Range(0, Rows).Select(row => array.GetString(row));
    }

    /// <summary>Values, null where there is none.</summary>
    public IEnumerable<float?> NullableFloats(string name) =>
        Nullable<FloatArray, float>(name, (array, row) => array.GetValue(row));

    /// <summary>Values, null where there is none.</summary>
    public IEnumerable<long?> NullableLongs(string name) => Nullable<Int64Array, long>(name, (array, row) => array.GetValue(row));

    /// <summary>Values, null where there is none.</summary>
    public IEnumerable<int?> NullableInts(string name) => Nullable<Int32Array, int>(name, (array, row) => array.GetValue(row));

    /// <summary>The only row of an answer that has one.</summary>
    public static long[] Row(ISqlSession session, Statement statement, CancellationToken cancellation, params string[] columns)
    {
        List<long[]> rows = [];
        foreach (RecordBatch batch in session.Query(statement, null, cancellation))
        {
            using BatchReader reader = new(batch, statement);
            long[][] values = [.. columns.Select(column => reader.Longs(column).ToArray())];
            rows.AddRange(Enumerable.Range(0, reader.Rows).Select(row => values.Select(column => column[row]).ToArray()));
        }

        return rows.Count == 1
            ? rows[0]
            : throw new InputException(
                $"Spark answered with {rows.Count} rows when asked to {statement.Purpose}, where one was expected"
            );
    }

    /// <summary>Frees the batch's memory.</summary>
    public void Dispose() => batch.Dispose();

    private IEnumerable<T?> Nullable<TArray, T>(string name, Func<TArray, int, T?> get)
        where TArray : class, IArrowArray
        where T : struct
    {
        TArray array = Column<TArray>(name);
        return Enumerable.Range(0, Rows).Select(row => get(array, row));
    }

    private IEnumerable<T> Required<T>(string name, IEnumerable<T?> values)
        where T : struct => values.Select(value => value ?? throw Wrong(name, "a null where there must be a number"));

    private TArray Column<TArray>(string name)
        where TArray : class, IArrowArray
    {
        int place = batch.Schema.GetFieldIndex(name);
        if (place < 0)
        {
            throw new InputException(
                $"Spark answered without a column {name} when asked to {statement.Purpose}; its "
                    + $"columns are {string.Join(", ", batch.Schema.FieldsList.Select(field => field.Name))}"
            );
        }

        return batch.Column(place) as TArray ?? throw Wrong(name, Describe(batch.Schema.GetFieldByIndex(place).DataType));
    }

    private static string Describe(IArrowType type) => $"the type {type.Name}";

    private InputException Wrong(string name, string what) =>
        new($"Spark's column {name} has {what} when asked to {statement.Purpose}; is the server's Spark between 3.4 and 4?");
}
