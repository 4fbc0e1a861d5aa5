using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;

namespace CranePipeline.Tables;

/// <summary>Exports to Feather of version 2 (an Arrow IPC file), uncompressed, so that readers can map it.</summary>
internal static class FeatherWriter
{
    private const int BatchRows = 1 << 16;
    private const int VectorBatchRows = 1 << 11;

    public static void Write(string path, ExportTable table, CancellationToken cancellation)
    {
        var schema = new Schema(table.Columns.Select(FieldOf), null);
        int batchRows = table.HasVectors ? VectorBatchRows : BatchRows;
        WholeFile.Write(
            path,
            stream =>
            {
                using var writer = new ArrowFileWriter(stream, schema, leaveOpen: true);
                writer.WriteStart();
                for (int first = 0; first < table.RowCount; first += batchRows)
                {
                    cancellation.ThrowIfCancellationRequested();
                    int rows = Math.Min(batchRows, table.RowCount - first);
                    int start = first;
                    using var batch = new RecordBatch(schema, table.Columns.Select(column => ArrayOf(column, start, rows)), rows);
                    writer.WriteRecordBatch(batch);
                }

                writer.WriteEnd();
            }
        );
    }

    private static Field FieldOf(ExportColumn column) =>
        column switch
        {
            TextColumn text => new Field(text.Name, StringType.Default, text.IsOptional),
            ValueColumn<int> numbers => new Field(numbers.Name, Int32Type.Default, numbers.Values.Present is not null),
            ValueColumn<long> numbers => new Field(numbers.Name, Int64Type.Default, numbers.Values.Present is not null),
            ValueColumn<float> numbers => new Field(numbers.Name, FloatType.Default, numbers.Values.Present is not null),
            ValueColumn<bool> flags => new Field(flags.Name, BooleanType.Default, flags.Values.Present is not null),
            VectorColumn vectors => new Field(vectors.Name, ListOf(), nullable: false),
            _ => throw new ArgumentException($"column {column.Name} is of no type that is exported"),
        };

    private static ListType ListOf() => new(new Field("item", FloatType.Default, nullable: false));

    private static IArrowArray ArrayOf(ExportColumn column, int first, int rows)
    {
        switch (column)
        {
            case TextColumn text:
                var texts = new StringArray.Builder();
                for (int row = first; row < first + rows; row++)
                {
                    _ = text.Of(row) is { } value ? texts.Append(value) : texts.AppendNull();
                }

                return texts.Build();
            case ValueColumn<bool> flags:
                var truths = new BooleanArray.Builder();
                for (int row = first; row < first + rows; row++)
                {
                    _ = flags.Values[row] is { } value ? truths.Append(value) : truths.AppendNull();
                }

                return truths.Build();
            case ValueColumn<int> numbers:
                return new Int32Array(
                    Buffer(numbers.Values, first, rows),
                    Validity(numbers.Values, first, rows, out int none),
                    rows,
                    none,
                    0
                );
            case ValueColumn<long> numbers:
                return new Int64Array(
                    Buffer(numbers.Values, first, rows),
                    Validity(numbers.Values, first, rows, out none),
                    rows,
                    none,
                    0
                );
            case ValueColumn<float> numbers:
                return new FloatArray(
                    Buffer(numbers.Values, first, rows),
                    Validity(numbers.Values, first, rows, out none),
                    rows,
                    none,
                    0
                );
            default:
                return Vectors((VectorColumn)column, first, rows);
        }
    }

    private static ListArray Vectors(VectorColumn column, int first, int rows)
    {
        int[] offsets = new int[rows + 1];
        for (int row = 1; row <= rows; row++)
        {
            offsets[row] = row * column.Width;
        }

        byte[] bytes = MemoryMarshal.AsBytes(column.Values.AsSpan(first * column.Width, rows * column.Width)).ToArray();
        var values = new FloatArray(new ArrowBuffer(bytes), ArrowBuffer.Empty, rows * column.Width, 0, 0);
        var bounds = new ArrowBuffer(MemoryMarshal.AsBytes(offsets.AsSpan()).ToArray());
        return new ListArray(ListOf(), rows, bounds, values, ArrowBuffer.Empty, 0, 0);
    }

    private static ArrowBuffer Buffer<T>(OptionalColumn<T> column, int first, int rows)
        where T : struct => new(MemoryMarshal.AsBytes(column.Values.AsSpan(first, rows)).ToArray());

    private static ArrowBuffer Validity<T>(OptionalColumn<T> column, int first, int rows, out int missing)
        where T : struct
    {
        missing = 0;
        if (column.Present is not { } present)
        {
            return ArrowBuffer.Empty;
        }

        var bits = new byte[(rows + 7) / 8];
        for (int row = 0; row < rows; row++)
        {
            if (present[first + row])
            {
                bits[row / 8] |= (byte)(1 << (row % 8));
            }
            else
            {
                missing++;
            }
        }

        return new ArrowBuffer(bits);
    }
}
