using System.Globalization;
using System.Text;
using System.Text.Unicode;
using CranePipeline.Ingest.Parsing;
using CranePipeline.Ingest.Reading;
using CranePipeline.Tables;
using CsvHelper;

namespace CranePipeline.Ingest.Rows;

/// <summary>
/// Rows of any delimited file, by CsvHelper: separators, quotes and line breaks inside quotes, separators of several
/// characters. Fields are judged byte by byte as on the fast path.
/// </summary>
internal static class GeneralRows
{
    private const int BatchBytes = 1 << 20;
    private const int LongestRecord = 1 << 26;

    public static void Read(FileRows file, RowSink sink, CancellationToken cancellation)
    {
        DelimitedLayout layout = file.Format.Delimited!;
        LabelParser labels = new(file.Source.Labels);
        using Stream stream = RawFile.Open(file.File.FullPath, file.File.Path, out _);
        using CsvReader reader = Open(stream, layout);
        byte[] buffer = new byte[BatchBytes];
        int used = 0;
        bool header = layout.Header;
        try
        {
            while (reader.Read())
            {
                if (header)
                {
                    header = false;
                    continue;
                }

                ReadOnlySpan<byte> record = reader.RawRecord;
                if (used + record.Length > buffer.Length)
                {
                    cancellation.ThrowIfCancellationRequested();
                    sink.Store(buffer, file);
                    used = 0;
                    buffer = record.Length > buffer.Length ? new byte[record.Length] : buffer;
                }

                Row row = default;
                row.Reset();
                LineFault fault = Utf8.IsValid(record)
                    ? Fields(reader, layout, labels, buffer, ref used, ref row)
                    : LineFault.InvalidUtf8;
                sink.Accept(file, reader.LineNumber, fault, ref row, record, buffer);
            }

            file.Lines = reader.LineNumber;
        }
        catch (CsvFormatException error)
        {
            throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{file.File.Path} cannot be read as a delimited file at record {error.RecordNumber}: {error.Message}"
                ),
                error
            );
        }

        sink.Store(buffer, file);
    }

    private static CsvReader Open(Stream stream, DelimitedLayout layout)
    {
        string separator = Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(layout.Separator));
        CsvReaderOptions options = new()
        {
            HasHeader = false,
            SkipEmptyLines = true,
            TrackLineNumbers = true,
            MaxRecordSize = LongestRecord,
        };
        return separator.Length == 1 && char.IsAscii(separator[0])
            ? CsvReader.Create(stream, options with { Separator = separator[0] }, leaveOpen: false)
            : CsvReader.Create(new CsvSeparatorStream(stream, separator), options, leaveOpen: false);
    }

    private static LineFault Fields(
        CsvReader reader,
        DelimitedLayout layout,
        LabelParser labels,
        byte[] buffer,
        ref int used,
        ref Row row
    )
    {
        LineFault fault = LineFault.None;
        // The fast path meets the columns from left to right, and so the first fault is the same here.
        for (int column = 0; column <= layout.LastColumn && fault == LineFault.None; column++)
        {
            if (column >= reader.FieldCount)
            {
                return LineFault.MissingColumn;
            }

            ReadOnlySpan<byte> field = reader.GetSpan(column);
            if (column == layout.User)
            {
                (row.UserStart, row.UserLength) = (used, field.Length);
                field.CopyTo(buffer.AsSpan(used));
                used += field.Length;
            }
            else if (column == layout.Item)
            {
                (row.ItemStart, row.ItemLength) = (used, field.Length);
                field.CopyTo(buffer.AsSpan(used));
                used += field.Length;
            }
            else if (column == layout.Rating)
            {
                fault = FieldParser.Rating(field, ref row);
            }
            else if (column == layout.Timestamp)
            {
                fault = FieldParser.Timestamp(field, ref row);
            }
            else if (column == layout.Label)
            {
                fault = labels.Parse(field, ref row);
            }
        }

        return fault;
    }
}
