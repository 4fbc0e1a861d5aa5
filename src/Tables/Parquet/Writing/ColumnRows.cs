namespace CranePipeline.Tables;

/// <summary>A range of a column's rows, ready to be written: its values without gaps, and where each row's values lie among them.</summary>
internal sealed class ColumnRows
{
    private readonly Column column;
    private readonly int start;
    private readonly int[]? valueStarts;
    private readonly bool isList;

    /// <summary>Which elements of string lists are there; null where all are.</summary>
    private readonly bool[]? elementPresent;

    private ColumnRows(
        Column column,
        int start,
        int count,
        ValueEncoder values,
        int[]? valueStarts,
        bool isList,
        bool[]? elementPresent = null
    )
    {
        this.column = column;
        this.start = start;
        this.valueStarts = valueStarts;
        this.isList = isList;
        this.elementPresent = elementPresent;
        Values = values;
        Count = count;
    }

    public int Count { get; }

    public ValueEncoder Values { get; }

    /// <summary>Where a row's values begin among <see cref="Values"/>; of string lists, among the elements, missing ones included.</summary>
    public int ValueStart(int row) => valueStarts is null ? row : valueStarts[row];

    public bool IsMissing(int row) => column.IsMissing(start + row);

    public bool IsElementMissing(int element) => elementPresent is not null && !elementPresent[element];

    public bool HasMissingElements => elementPresent is not null;

    public bool IsList => isList;

    public static ColumnRows Of(Column column, ParquetField field, int start, int count) =>
        column switch
        {
            Int32Column c => Scalars(c, start, count, v => new FixedEncoder<int>(v)),
            Int64Column c => Scalars(c, start, count, v => new FixedEncoder<long>(v)),
            TimestampColumn c => Scalars(c, start, count, v => new FixedEncoder<long>(v)),
            FloatColumn c => Scalars(c, start, count, v => new FixedEncoder<float>(v)),
            DoubleColumn c => Scalars(c, start, count, v => new FixedEncoder<double>(v)),
            BooleanColumn c => Scalars(c, start, count, v => new BooleanEncoder(v)),
            DateColumn c => Scalars(c, start, count, v => new FixedEncoder<int>(Map(v, ValueDecoders.ToDays))),
            DecimalColumn c => Scalars(c, start, count, v => DecimalValues.Encoder(v, field)),
            StringColumn c => Scalars(c, start, count, v => BytesGatherer.Text(v.Span)),
            BinaryColumn c => Scalars(c, start, count, v => BytesGatherer.Bytes(v.Span)),
            Int32ListColumn c => Lists(c, start, count, v => new FixedEncoder<int>(v)),
            Int64ListColumn c => Lists(c, start, count, v => new FixedEncoder<long>(v)),
            FloatListColumn c => Lists(c, start, count, v => new FixedEncoder<float>(v)),
            DoubleListColumn c => Lists(c, start, count, v => new FixedEncoder<double>(v)),
            StringListColumn c => StringLists(c, start, count),
            _ => throw new ArgumentException($"column '{column.Name}' cannot be written", nameof(column)),
        };

    private static ColumnRows Scalars<T>(
        ValueColumn<T> column,
        int start,
        int count,
        Func<ReadOnlyMemory<T>, ValueEncoder> encoder
    )
    {
        var range = column.Values.AsMemory(start, count);
        if (!column.IsOptional)
        {
            return new ColumnRows(column, start, count, encoder(range), null, isList: false);
        }
        var values = new T[count];
        var starts = new int[count + 1];
        var kept = 0;
        for (var row = 0; row < count; row++)
        {
            starts[row] = kept;
            if (!column.IsMissing(start + row))
            {
                values[kept++] = range.Span[row];
            }
        }
        starts[count] = kept;
        return new ColumnRows(column, start, count, encoder(values.AsMemory(0, kept)), starts, isList: false);
    }

    private static ColumnRows Lists<T>(ListColumn<T> column, int start, int count, Func<ReadOnlyMemory<T>, ValueEncoder> encoder)
    {
        var starts = Starts(column, start, count);
        return new ColumnRows(
            column,
            start,
            count,
            encoder(column.Values.AsMemory(column.Offsets[start], starts[^1])),
            starts,
            isList: true
        );
    }

    private static ColumnRows StringLists(StringListColumn column, int start, int count)
    {
        var starts = Starts(column, start, count);
        var elements = column.Values.AsSpan(column.Offsets[start], starts[^1]);
        var present = new bool[elements.Length];
        var values = new string?[elements.Length];
        var kept = 0;
        for (var i = 0; i < elements.Length; i++)
        {
            present[i] = elements[i] is not null;
            if (present[i])
            {
                values[kept++] = elements[i];
            }
        }
        return new ColumnRows(column, start, count, BytesGatherer.Text(values.AsSpan(0, kept)), starts, isList: true, present);
    }

    private static int[] Starts<T>(ListColumn<T> column, int start, int count)
    {
        var starts = column.Offsets.AsSpan(start, count + 1).ToArray();
        var first = starts[0];
        for (var i = 0; i < starts.Length; i++)
        {
            starts[i] -= first;
            if (i > 0 && starts[i] > starts[i - 1] && column.IsMissing(start + i - 1))
            {
                throw new ArgumentException(
                    $"row {start + i - 1} of column '{column.Name}' is missing but has elements",
                    nameof(column)
                );
            }
        }
        return starts;
    }

    private static TTo[] Map<TFrom, TTo>(ReadOnlyMemory<TFrom> values, Func<TFrom, TTo> convert)
    {
        var mapped = new TTo[values.Length];
        for (var i = 0; i < mapped.Length; i++)
        {
            mapped[i] = convert(values.Span[i]);
        }
        return mapped;
    }
}
