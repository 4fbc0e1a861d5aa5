using Apache.Arrow;
using Apache.Arrow.Types;

namespace CranePipeline.Tables;

/// <summary>A column of somebody else's table.</summary>
/// <param name="Name">Its name; a member of a struct is "struct.member".</param>
/// <param name="Type">What it holds, for people: "utf8", "int64", "list of float".</param>
public sealed record ForeignColumn(string Name, string Type);

/// <summary>
/// A table that another program wrote: Parquet of any writer, Feather, or an Arrow stream, told apart by their first bytes. It is
/// read batch by batch, so that memory follows from the batch and not from the file. Only Parquet needs the native library.
/// </summary>
public sealed class ForeignTable : IDisposable
{
    private readonly string file;
    private readonly ForeignSource source;

    private ForeignTable(string file, ForeignSource source)
    {
        this.file = file;
        this.source = source;
        Columns = [.. Flatten(source.Schema.FieldsList, string.Empty)];
    }

    /// <summary>Endings of files that are tables rather than text.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".parquet", ".pq", ".feather", ".arrow", ".arrows", ".ipc"];

    /// <summary>The columns, members of structs as columns of their own.</summary>
    public IReadOnlyList<ForeignColumn> Columns { get; }

    /// <summary>Rows of the table, where its footer says so.</summary>
    public long? RowCount => source.RowCount;

    /// <summary>Whether a file's name says that it is such a table.</summary>
    public static bool IsNamedSo(string path) => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a file is such a table by its name or its first bytes.</summary>
    public static bool IsOne(string path) => IsNamedSo(path) || ForeignSource.BeginsSo(path);

    /// <summary>Opens a table and reads its schema.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="name">What to call it in messages, if not by its path.</param>
    /// <exception cref="InputException">The file is missing, is none of the formats, or is damaged.</exception>
    public static ForeignTable Open(string path, string? name = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        name ??= path;
        if (!File.Exists(path))
        {
            throw new InputException(
                Directory.Exists(path)
                    ? $"{name} is a folder, not a table; name a Parquet or Feather file"
                    : $"there is no file {name}; check the path"
            );
        }

        return Guard(name, () => new ForeignTable(name, ForeignSource.Open(path, name)));
    }

    /// <summary>The index of a column.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="setting">The setting that names it, for the message.</param>
    /// <exception cref="InputException">There is no such column.</exception>
    public int Require(string name, string setting)
    {
        for (int index = 0; index < Columns.Count; index++)
        {
            if (Columns[index].Name == name)
            {
                return index;
            }
        }

        string there = ForeignText.Quoted(string.Join(", ", Columns.Select(column => column.Name)), 300);
        throw new InputException($"{file} has no column '{name}' among its columns ({there}); name the right one with {setting}");
    }

    /// <summary>The rows of some columns, batch after batch.</summary>
    /// <param name="columns">Indices of the columns.</param>
    /// <param name="cancellation">Looked at between batches.</param>
    /// <returns>Batches, of which each is void as soon as the next is asked for.</returns>
    /// <exception cref="InputException">The file is damaged.</exception>
    public IEnumerable<ForeignBatch> Batches(IReadOnlyList<int> columns, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(columns);
        string[] names = [.. columns.Select(column => Columns[column].Name)];
        using IDisposable reading = Guard(file, () => source.Begin(names));
        long first = 0;
        while (Guard(file, source.Next) is { } batch)
        {
            using (batch)
            {
                cancellation.ThrowIfCancellationRequested();
                ForeignValues[] values = Guard(
                    file,
                    () => names.Select(name => ForeignValues.Of(batch, name, file, first)).ToArray()
                );
                yield return new ForeignBatch(first, batch.Length, values);
            }

            first += batch.Length;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();

    /// <summary>Turns whatever a reader stumbles on in a damaged file into one line.</summary>
    internal static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception problem) when (problem is not (InputException or OperationCanceledException))
        {
            string reason = ForeignText.Quoted(problem.Message.ReplaceLineEndings(" ").Trim().TrimEnd('.'), 300);
            throw new InputException(
                $"{path} cannot be read as a table: {reason}; write it again, as Parquet or Feather",
                problem
            );
        }
    }

    private static IEnumerable<ForeignColumn> Flatten(IEnumerable<Field> fields, string prefix) =>
        fields.SelectMany(field =>
            field.DataType is StructType members
                ? Flatten(members.Fields, $"{prefix}{field.Name}.")
                : [new ForeignColumn(prefix + field.Name, NameOf(field.DataType))]
        );

    private static string NameOf(IArrowType type) =>
        type switch
        {
            DictionaryType dictionary => NameOf(dictionary.ValueType),
            FixedSizeListType list => $"list of {NameOf(list.ValueDataType)}",
            NestedType { Fields: [var item] } => $"list of {NameOf(item.DataType)}",
            _ => type.Name,
        };
}

/// <summary>Some rows of a table.</summary>
/// <param name="FirstRow">The table's row that comes first, from 0.</param>
/// <param name="RowCount">How many rows.</param>
/// <param name="Columns">The columns' values, in the order asked for.</param>
public sealed record ForeignBatch(long FirstRow, int RowCount, IReadOnlyList<ForeignValues> Columns);
