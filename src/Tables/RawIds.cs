using Parquet.Schema;

namespace CranePipeline.Tables;

/// <summary>What is numbered.</summary>
public enum IdKind
{
    /// <summary>Users.</summary>
    User,

    /// <summary>Items.</summary>
    Item,
}

/// <summary>The ids that the user's own data give to users or items; the row number is the integer id.</summary>
/// <remarks>Columns <c>user|item: int32, id: string</c>.</remarks>
/// <param name="Kind">Whose ids.</param>
/// <param name="Values">Raw ids by integer id.</param>
public sealed record RawIds(IdKind Kind, string[] Values)
{
    /// <summary>Integer ids by raw id.</summary>
    public Dictionary<string, int> Numbers()
    {
        var numbers = new Dictionary<string, int>(Values.Length, StringComparer.Ordinal);
        for (int number = 0; number < Values.Length; number++)
        {
            numbers[Values[number]] = number;
        }

        return numbers;
    }

    /// <summary>Integer ids by raw id as files write it.</summary>
    public RawIdLookup Lookup() => new(this);

    /// <summary>An id without the spaces and tabs around it, as columns of fixed width have them; every file's ids are taken so.</summary>
    public static ReadOnlySpan<char> Trim(ReadOnlySpan<char> id) => id.Trim(" \t");

    /// <inheritdoc cref="Trim(ReadOnlySpan{char})"/>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> id) =>
        id.Length > 0 && (id[0] <= ' ' || id[^1] <= ' ') ? id.Trim(" \t"u8) : id;

    /// <summary>Writes the table; returns its rows.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public long Write(string path)
    {
        var columns = new Columns(Kind);
        int[] numbers = Fields.RowNumbers(Values.Length);
        TableWriter.Write(
            path,
            columns.Schema,
            writer =>
                writer.Groups(
                    Values.Length,
                    TableWriter.PlainGroupRows,
                    (first, rows) =>
                    {
                        writer.Column<int>(columns.Number, numbers.AsMemory(first, rows));
                        writer.Column(columns.Id, Values.AsSpan(first, rows));
                    }
                )
        );
        return Values.Length;
    }

    /// <summary>Reads the table.</summary>
    /// <exception cref="InputException">The file is missing, is no such table or cannot be read.</exception>
    public static RawIds Read(string path, IdKind kind)
    {
        var columns = new Columns(kind);
        return TableReader.Read(
            path,
            $"{columns.Number.Name} ids",
            columns.Schema,
            reader => new RawIds(kind, reader.Texts(columns.Id)!)
        );
    }

    private sealed class Columns
    {
        public Columns(IdKind kind)
        {
            Number = new DataField<int>(kind == IdKind.User ? "user" : "item");
            Schema = new ParquetSchema(Number, Id);
        }

        public DataField<int> Number { get; }

        public DataField Id { get; } = new("id", typeof(string), isNullable: false);

        public ParquetSchema Schema { get; }
    }
}
