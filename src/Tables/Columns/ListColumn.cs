using System.Runtime.CompilerServices;

namespace CranePipeline.Tables;

/// <summary>A column with a list of values a row, all lists end to end in one array.</summary>
/// <typeparam name="T">The type of a list's elements.</typeparam>
public abstract class ListColumn<T> : Column
{
    private protected ListColumn(string name, T[] values, int[] offsets, bool[]? present)
        : base(name, offsets.Length - 1)
    {
        if (offsets.Length == 0 || offsets[0] != 0 || offsets[^1] != values.Length)
        {
            throw new ArgumentException($"the offsets of column '{name}' must run from 0 to {values.Length}", nameof(offsets));
        }
        for (var i = 1; i < offsets.Length; i++)
        {
            if (offsets[i] < offsets[i - 1])
            {
                throw new ArgumentException($"the offsets of column '{name}' fall at row {i - 1}", nameof(offsets));
            }
        }
        if (present is not null && present.Length != RowCount)
        {
            throw new ArgumentException(
                $"column '{name}' has {RowCount} lists but {present.Length} presence flags",
                nameof(present)
            );
        }
        Values = values;
        Offsets = offsets;
        Present = present;
    }

    /// <summary>The elements of all lists, end to end.</summary>
    public T[] Values { get; }

    /// <summary>Where each list begins in <see cref="Values"/>, and, as the last entry, where the last one ends: one more than there are rows.</summary>
    public int[] Offsets { get; }

    /// <summary>For every row whether it has a list, or null where all have. A missing list has no elements.</summary>
    public bool[]? Present { get; }

    /// <inheritdoc/>
    public override bool IsOptional => Present is not null;

    /// <inheritdoc/>
    public override bool IsMissing(int row) => Present is not null && !Present[row];

    /// <summary>The elements of one row's list.</summary>
    public ReadOnlySpan<T> Row(int row) => Values.AsSpan(Offsets[row], Offsets[row + 1] - Offsets[row]);

    /// <summary>The length all lists share, or null where they differ (0 where there are no rows).</summary>
    public int? Width
    {
        get
        {
            var width = RowCount == 0 ? 0 : Offsets[1];
            for (var row = 1; row < RowCount; row++)
            {
                if (Offsets[row + 1] - Offsets[row] != width)
                {
                    return null;
                }
            }
            return width;
        }
    }

    internal override long ByteSize => (long)Values.Length * Unsafe.SizeOf<T>() + (long)RowCount * sizeof(int);

    private protected abstract Column With(T[] values, int[] offsets, bool[]? present);

    /// <summary>The offsets of lists that all have one length.</summary>
    private protected static int[] FixedOffsets(string name, int valueCount, int width)
    {
        if (width <= 0 || valueCount % width != 0)
        {
            throw new ArgumentException($"{valueCount} values of column '{name}' do not make rows of {width}", nameof(width));
        }
        var offsets = new int[valueCount / width + 1];
        for (var i = 0; i < offsets.Length; i++)
        {
            offsets[i] = i * width;
        }
        return offsets;
    }

    internal override Column Slice(int start, int count)
    {
        var offsets = Offsets.AsSpan(start, count + 1).ToArray();
        var first = offsets[0];
        for (var i = 0; i < offsets.Length; i++)
        {
            offsets[i] -= first;
        }
        return With(Values.AsSpan(first, offsets[^1]).ToArray(), offsets, Present?.AsSpan(start, count).ToArray());
    }

    internal override Column Concatenate(IReadOnlyList<Column> rest)
    {
        List<Column> parts = [this, .. rest];
        var values = new T[parts.Sum(part => (long)((ListColumn<T>)part).Values.Length)];
        var offsets = new int[parts.Sum(part => part.RowCount) + 1];
        int at = 0,
            row = 0;
        foreach (var part in parts)
        {
            var list = (ListColumn<T>)part;
            list.Values.CopyTo(values, at);
            for (var i = 1; i <= list.RowCount; i++)
            {
                offsets[++row] = at + list.Offsets[i];
            }
            at += list.Values.Length;
        }
        return With(values, offsets, JoinPresent(parts, part => ((ListColumn<T>)part).Present));
    }
}
