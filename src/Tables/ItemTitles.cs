using Parquet.Schema;

namespace CranePipeline.Tables;

/// <summary>Titles of items; the row number is the item's integer id.</summary>
/// <remarks>Columns <c>item: int32, title: string?</c>.</remarks>
/// <param name="Values">A title an item, null where its metadata have none.</param>
public sealed record ItemTitles(string?[] Values)
{
    private static readonly DataField<int> Item = new("item");
    private static readonly DataField Title = new("title", typeof(string), isNullable: true);
    private static readonly ParquetSchema Schema = new(Item, Title);

    /// <summary>Writes the table; returns its rows.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public long Write(string path)
    {
        int[] items = Fields.RowNumbers(Values.Length);
        TableWriter.Write(
            path,
            Schema,
            writer =>
                writer.Groups(
                    Values.Length,
                    TableWriter.PlainGroupRows,
                    (first, rows) =>
                    {
                        writer.Column<int>(Item, items.AsMemory(first, rows));
                        writer.Column(Title, Values.AsSpan(first, rows));
                    }
                )
        );
        return Values.Length;
    }

    /// <summary>Reads the table.</summary>
    /// <exception cref="InputException">The file is missing, is no such table or cannot be read.</exception>
    public static ItemTitles Read(string path) =>
        TableReader.Read(path, "titles", Schema, reader => new ItemTitles(reader.Texts(Title)));
}
