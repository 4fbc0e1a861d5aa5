namespace CranePipeline.Tables;

/// <summary>The repetition and definition levels of a page's rows.</summary>
internal sealed class LevelWriter
{
    private readonly ColumnRows rows;
    private readonly ParquetField field;
    private readonly int first;
    private readonly int end;

    public LevelWriter(ColumnRows rows, ParquetField field, int first, int end)
    {
        this.rows = rows;
        this.field = field;
        this.first = first;
        this.end = end;
        ValueStart = Present(0, rows.ValueStart(first));
        ValueEnd = ValueStart + Present(rows.ValueStart(first), rows.ValueStart(end));
        Entries = end - first;
        if (rows.IsList)
        {
            for (var row = first; row < end; row++)
            {
                Entries += Math.Max(0, Length(row) - 1);
            }
        }
    }

    /// <summary>Levels in the page: one a value, one a missing value and one an empty or missing list.</summary>
    public int Entries { get; }

    public int ValueStart { get; }

    public int ValueEnd { get; }

    public void WriteRepetition(ByteBuffer output)
    {
        var encoder = new RunLengthEncoder(output, 1);
        for (var row = first; row < end; row++)
        {
            encoder.Write(0);
            if (Length(row) > 1)
            {
                encoder.Write(1, Length(row) - 1);
            }
        }
        encoder.Finish();
    }

    public void WriteDefinition(ByteBuffer output)
    {
        var maximum = WriteSchema.MaximumDefinition(field);
        var encoder = new RunLengthEncoder(output, BitPacking.Width((uint)maximum));
        for (var row = first; row < end; row++)
        {
            if (rows.IsMissing(row))
            {
                encoder.Write(0);
            }
            else if (!rows.IsList)
            {
                encoder.Write(maximum);
            }
            else if (Length(row) == 0)
            {
                encoder.Write(field.IsOptional ? 1 : 0);
            }
            else if (!rows.HasMissingElements)
            {
                encoder.Write(maximum, Length(row));
            }
            else
            {
                for (var element = rows.ValueStart(row); element < rows.ValueStart(row + 1); element++)
                {
                    encoder.Write(rows.IsElementMissing(element) ? maximum - 1 : maximum);
                }
            }
        }
        encoder.Finish();
    }

    private int Length(int row) => rows.ValueStart(row + 1) - rows.ValueStart(row);

    private int Present(int from, int to)
    {
        if (!rows.HasMissingElements)
        {
            return to - from;
        }
        var count = 0;
        for (var element = from; element < to; element++)
        {
            count += rows.IsElementMissing(element) ? 0 : 1;
        }
        return count;
    }
}
