using Parquet.Schema;

namespace CranePipeline.Tables;

/// <summary>Exports to Parquet, with the pages that the pipeline's own tables have.</summary>
internal static class ParquetExport
{
    private delegate void Writing(TableWriter writer, int first, int rows);

    public static void Write(string path, ExportTable table, CancellationToken cancellation)
    {
        (Field Field, Writing Write)[] columns = [.. table.Columns.Select(Column)];
        TableWriter.Write(
            path,
            new ParquetSchema([.. columns.Select(column => column.Field)]),
            writer =>
                writer.Groups(
                    table.RowCount,
                    table.HasVectors ? TableWriter.VectorGroupRows : TableWriter.PlainGroupRows,
                    (first, rows) =>
                    {
                        cancellation.ThrowIfCancellationRequested();
                        foreach ((_, Writing write) in columns)
                        {
                            write(writer, first, rows);
                        }
                    }
                )
        );
    }

    private static (Field Field, Writing Write) Column(ExportColumn column)
    {
        switch (column)
        {
            case TextColumn text:
                var texts = new DataField(text.Name, typeof(string), isNullable: text.IsOptional);
                return (
                    texts,
                    (writer, first, rows) =>
                    {
                        var values = new string?[rows];
                        for (int row = 0; row < rows; row++)
                        {
                            values[row] = text.Of(first + row);
                        }

                        writer.Column(texts, values);
                    }
                );
            case ValueColumn<int> numbers:
                return Values(numbers);
            case ValueColumn<long> numbers:
                return Values(numbers);
            case ValueColumn<float> numbers:
                return Values(numbers);
            case ValueColumn<bool> flags:
                return Values(flags);
            case VectorColumn vectors:
                (ListField list, DataField<float> leaf) = Fields.List<float>(vectors.Name);
                var groups = new VectorGroups(leaf, vectors.Width);
                return (list, (writer, first, rows) => groups.Write(writer, vectors.Values, first, rows));
            default:
                throw new ArgumentException($"column {column.Name} is of no type that is exported");
        }
    }

    private static (Field Field, Writing Write) Values<T>(ValueColumn<T> column)
        where T : struct
    {
        bool isOptional = column.Values.Present is not null;
        var field = new DataField<T>(column.Name, isOptional);
        return isOptional
            ? (field, (writer, first, rows) => writer.Column(field, column.Values, first, rows))
            : (field, (writer, first, rows) => writer.Column<T>(field, column.Values.Values.AsMemory(first, rows)));
    }
}
