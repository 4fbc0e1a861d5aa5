namespace CranePipeline.Tables;

/// <summary>A named column of a <see cref="Table"/>: all its values in memory, in row order.</summary>
public abstract class Column
{
    private protected Column(string name, int rowCount)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        RowCount = rowCount;
    }

    /// <summary>The column's name, unique in its table.</summary>
    public string Name { get; }

    /// <summary>How many rows there are, missing ones included.</summary>
    public int RowCount { get; }

    /// <summary>What the column holds.</summary>
    public abstract ColumnType Type { get; }

    /// <summary>Whether any row may be missing: such a column is written as optional.</summary>
    public abstract bool IsOptional { get; }

    /// <summary>Whether the row has no value (a null, which is not the same as an empty list or an empty string).</summary>
    public abstract bool IsMissing(int row);

    /// <summary>The bytes the values take in memory, about: what row groups are cut by.</summary>
    internal abstract long ByteSize { get; }

    /// <summary>A copy of some of the rows.</summary>
    internal abstract Column Slice(int start, int count);

    internal abstract Column Concatenate(IReadOnlyList<Column> rest);

    /// <summary>Whether rows can be gathered in the memory of <see cref="Rent"/>: plain values of which none is missing.</summary>
    internal virtual bool CanBeGathered => false;

    /// <summary>A column like this in rented memory, of undefined values and at least so many rows.</summary>
    internal virtual Column Rent(int rows) => throw new NotSupportedException();

    /// <summary>Copies rows into a column that <see cref="Rent"/> made.</summary>
    internal virtual void CopyTo(int start, int count, Column target, int at) => throw new NotSupportedException();

    /// <summary>Gives the memory of a column that <see cref="Rent"/> made back.</summary>
    internal virtual void Return() => throw new NotSupportedException();

    private protected static bool[]? JoinPresent(IReadOnlyList<Column> parts, Func<Column, bool[]?> present)
    {
        var rows = 0;
        var any = false;
        foreach (var part in parts)
        {
            rows += part.RowCount;
            any |= present(part) is not null;
        }
        if (!any)
        {
            return null;
        }
        var joined = new bool[rows];
        var at = 0;
        foreach (var part in parts)
        {
            if (present(part) is { } flags)
            {
                flags.CopyTo(joined, at);
            }
            else
            {
                joined.AsSpan(at, part.RowCount).Fill(true);
            }
            at += part.RowCount;
        }
        return joined;
    }
}
