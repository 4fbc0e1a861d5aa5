using System.Buffers;
using System.Runtime.CompilerServices;

namespace CranePipeline.Tables;

/// <summary>A column with one value a row.</summary>
/// <typeparam name="T">The type of a value.</typeparam>
public abstract class ValueColumn<T> : Column
{
    private protected ValueColumn(string name, T[] values, bool[]? present)
        : base(name, values.Length)
    {
        if (present is not null && present.Length != values.Length)
        {
            throw new ArgumentException(
                $"column '{name}' has {values.Length} values but {present.Length} presence flags",
                nameof(present)
            );
        }
        Values = values;
        Present = present;
    }

    /// <summary>A value a row; what stands in a missing row is no data (zero, or NaN for floating point read from a file).</summary>
    public T[] Values { get; }

    /// <summary>For every row whether it has a value, or null where all have.</summary>
    public bool[]? Present { get; }

    /// <inheritdoc/>
    public override bool IsOptional => Present is not null;

    /// <inheritdoc/>
    public override bool IsMissing(int row) => Present is not null && !Present[row];

    internal override long ByteSize => (long)RowCount * Unsafe.SizeOf<T>();

    private protected abstract Column With(T[] values, bool[]? present);

    internal override Column Slice(int start, int count) =>
        With(Values.AsSpan(start, count).ToArray(), Present?.AsSpan(start, count).ToArray());

    internal override bool CanBeGathered => Present is null && !RuntimeHelpers.IsReferenceOrContainsReferences<T>();

    internal override Column Rent(int rows) => With(ArrayPool<T>.Shared.Rent(rows), null);

    internal override void CopyTo(int start, int count, Column target, int at) =>
        Values.AsSpan(start, count).CopyTo(((ValueColumn<T>)target).Values.AsSpan(at));

    internal override void Return() => ArrayPool<T>.Shared.Return(Values);

    internal override Column Concatenate(IReadOnlyList<Column> rest)
    {
        List<Column> parts = [this, .. rest];
        var values = new T[parts.Sum(part => part.RowCount)];
        var at = 0;
        foreach (var part in parts)
        {
            ((ValueColumn<T>)part).Values.CopyTo(values, at);
            at += part.RowCount;
        }
        return With(values, JoinPresent(parts, part => ((ValueColumn<T>)part).Present));
    }
}
