namespace CranePipeline.Tables;

/// <summary>Columns of one length, and the key-value strings that go with them.</summary>
public sealed class Table
{
    private static readonly IReadOnlyDictionary<string, string> NoMetadata = new Dictionary<string, string>();
    private readonly Dictionary<string, Column> byName;

    /// <summary>Makes a table of columns that must have one length and different names.</summary>
    /// <param name="columns">The columns, in order; at least none.</param>
    /// <param name="metadata">Key-value strings written into the file, or null.</param>
    /// <param name="source">Where the table was read from, for messages, or null.</param>
    public Table(IReadOnlyList<Column> columns, IReadOnlyDictionary<string, string>? metadata = null, string? source = null)
    {
        byName = new Dictionary<string, Column>(columns.Count, StringComparer.Ordinal);
        RowCount = columns.Count == 0 ? 0 : columns[0].RowCount;
        foreach (var column in columns)
        {
            if (column.RowCount != RowCount)
            {
                throw new ArgumentException(
                    $"column '{column.Name}' has {column.RowCount} rows, '{columns[0].Name}' has {RowCount}",
                    nameof(columns)
                );
            }
            if (!byName.TryAdd(column.Name, column))
            {
                throw new ArgumentException($"two columns are named '{column.Name}'", nameof(columns));
            }
        }
        Columns = columns;
        Metadata = metadata ?? NoMetadata;
        Source = source;
    }

    /// <summary>The columns, in order.</summary>
    public IReadOnlyList<Column> Columns { get; }

    /// <summary>How many rows every column has.</summary>
    public int RowCount { get; }

    /// <summary>Key-value strings kept in the file beside the data.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The file the table was read from, or null.</summary>
    public string? Source { get; }

    /// <summary>Whether there is a column of this name.</summary>
    public bool Has(string name) => byName.ContainsKey(name);

    /// <summary>The column of this name and type.</summary>
    /// <exception cref="InputException">There is none, or it holds something else.</exception>
    public T Get<T>(string name)
        where T : Column
    {
        var file = Source is null ? "" : $"{Source}: ";
        if (!byName.TryGetValue(name, out var column))
        {
            throw new InputException($"{file}there is no column '{name}'; the columns are {Describe()}");
        }
        return column as T
            ?? throw new InputException(
                $"{file}column '{name}' holds {column.Type} values where {typeof(T).Name.Replace("Column", "", StringComparison.Ordinal)} is needed; write it with that type"
            );
    }

    private string Describe() =>
        Columns.Count == 0 ? "none" : string.Join(", ", Columns.Select(column => $"{column.Name} ({column.Type})"));
}
