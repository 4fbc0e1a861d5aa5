using System.Text;
using System.Text.Unicode;
using CranePipeline.Ingest.Internals;
using CranePipeline.Ingest.Reading;
using CranePipeline.Tables;

namespace CranePipeline.Ingest.Parsing;

/// <summary>
/// Rows of Parquet and Feather, batch by batch: each value is read by the rule of its column as if it were written in a delimited
/// file, save times that are stored as times.
/// </summary>
internal static class TableRows
{
    private const int ScratchBytes = 32;
    private const int FirstRows = 100;

    /// <summary>Which columns of a table hold what.</summary>
    /// <exception cref="InputException">It is no table, or lacks a column.</exception>
    public static FileFormat Detect(InteractionSource source, SourceFile file)
    {
        if (source.Format is not (InteractionFormat.Auto or InteractionFormat.Table))
        {
            throw new InputException(
                $"{file.Path} is a Parquet or Feather table by its name or first bytes, "
                    + $"and format is {Name(source.Format)}; leave format out, or set it to table"
            );
        }

        using ForeignTable table = ForeignTable.Open(file.FullPath, file.Path);
        string[] names = [.. table.Columns.Select(column => column.Name)];
        ColumnLayout layout = ColumnNames.Find(
            source,
            file.Path,
            names,
            () => $"its columns are {string.Join(", ", names.Select(ColumnNames.Shown))}"
        );
        FileFormat format = new(Table: layout);
        if (layout.Timestamp >= 0 && source.TimestampUnit == TimestampUnit.Auto)
        {
            ReadFirstTimes(table, layout.Timestamp, format.FirstTimes);
        }

        return format;
    }

    /// <summary>Reads a table's rows, in order.</summary>
    /// <param name="file">The file.</param>
    /// <param name="sink">Takes the rows.</param>
    /// <param name="progress">Told of rows read, and of rows in all where the file says so.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="InputException">The file is damaged, or a column holds what no field can be.</exception>
    public static void Read(FileRows file, RowSink sink, Action<long, long?>? progress, CancellationToken cancellation)
    {
        using ForeignTable table = ForeignTable.Open(file.File.FullPath, file.File.Path);
        ColumnFields fields = new(file.Format.Table!, new LabelRule(file.Source.Labels), file.Times);
        int[] columns = [.. fields.All.ToArray().Select(field => field.Column)];
        byte[][] scratch = [.. columns.Select(_ => new byte[ScratchBytes])];
        sink.Begin(file);
        foreach (ForeignBatch batch in table.Batches(columns, cancellation))
        {
            IReadOnlyList<ForeignValues> values = batch.Columns;
            Check(table, fields, values, file);
            for (int row = 0; row < batch.RowCount; row++)
            {
                RawRow parsed = default;
                for (int place = 0; place < values.Count; place++)
                {
                    Read(values[place], row, fields, fields.All[place].Field, scratch[place], ref parsed, file.Times, sink.Times);
                }

                if (!sink.TryTake(ref parsed))
                {
                    sink.Reject(in parsed, batch.FirstRow + row, Line(values, row));
                }
            }

            file.Lines += batch.RowCount;
            progress?.Invoke(file.Lines, table.RowCount);
        }

        sink.Flush();
    }

    private static void Read(
        ForeignValues values,
        int row,
        ColumnFields fields,
        Field field,
        byte[] scratch,
        ref RawRow parsed,
        TimestampRule times,
        TimestampTally tally
    )
    {
        if (field == Field.Timestamp && values.IsInstant)
        {
            if (!values.IsMissing(row))
            {
                long? instant = values.Instant(row);
                times.Take(instant, instant is null ? values.Written(row, scratch) : [], ref parsed, tally);
            }

            return;
        }

        ReadOnlySpan<byte> text = values.Written(row, scratch);
        if (field is Field.User or Field.Item && !Utf8.IsValid(text))
        {
            parsed.Fail(LineFault.InvalidUtf8, []);
        }

        fields.Read(field, text, ref parsed, tally);
    }

    /// <summary>A row as a line of the columns that are read.</summary>
    private static byte[] Line(IReadOnlyList<ForeignValues> values, int row)
    {
        List<byte> line = [];
        byte[] scratch = new byte[ScratchBytes];
        for (int place = 0; place < values.Count; place++)
        {
            line.AddRange(place == 0 ? [] : ","u8);
            line.AddRange(values[place].Written(row, scratch));
        }

        return [.. line];
    }

    private static void ReadFirstTimes(ForeignTable table, int column, TimestampTally tally)
    {
        TimestampRule rule = new(TimestampUnit.Auto, TimestampSource.Column);
        byte[] scratch = new byte[ScratchBytes];
        foreach (ForeignBatch batch in table.Batches([column]).Where(batch => batch.RowCount > 0).Take(1))
        {
            for (int row = 0; row < Math.Min(batch.RowCount, FirstRows) && !batch.Columns[0].IsInstant; row++)
            {
                RawRow parsed = default;
                rule.Read(batch.Columns[0].Written(row, scratch), ref parsed, tally);
            }
        }
    }

    /// <summary>A format as settings have it.</summary>
    private static string Name(InteractionFormat format) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName($"{format}");

    private static void Check(ForeignTable table, ColumnFields fields, IReadOnlyList<ForeignValues> values, FileRows file)
    {
        foreach ((int place, _) in values.Index().Where(each => each.Item.IsVector))
        {
            (int index, Field field) = fields.All[place];
            string setting = "columns." + field.ToString().ToLowerInvariant();
            throw new InputException(
                $"{file.File.Path}: column \"{table.Columns[index].Name}\" is {table.Columns[index].Type}, "
                    + $"where one value a row is needed; name the right one with {setting}"
            );
        }
    }
}
