using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using CranePipeline.Ingest.Internals;
using CranePipeline.Ingest.Reading;
using CsvHelper;

namespace CranePipeline.Ingest.Parsing;

/// <summary>
/// Rows of delimited files, by CsvHelper: fields are found in the chunk's own memory and judged byte by byte.
/// </summary>
internal sealed class DelimitedParser(DelimitedLayout layout, LabelRule labels, TimestampRule times) : LinesParser
{
    private readonly ColumnFields fields = new(layout, labels, times);

    /// <summary>A reader of records; quotes that never close do not reach it (<see cref="RecordCutter"/>).</summary>
    public static CsvReader Open(ReadOnlyMemory<byte> text, string separator, bool quoted)
    {
        CsvReaderOptions options = new()
        {
            HasHeader = false,
            Mode = quoted ? CsvMode.Rfc4180 : CsvMode.NoEscape,
            TrackLineNumbers = !IsPlain(separator),
            DetectSeparatorHint = false,
        };
        return IsPlain(separator)
            ? CsvReader.Create(text, options with { Separator = separator[0] })
            : CsvReader.Create(new CsvSeparatorStream(new ReadOnlyMemoryStream(text), separator), options);
    }

    private static bool IsPlain(string separator) => separator.Length == 1 && char.IsAscii(separator[0]);

    public override void Parse(Chunk chunk, RowSink sink)
    {
        bool sound = Utf8.IsValid(chunk.Bytes);
        bool header = layout.Header && chunk.Number == 0;
        (int lookedAt, long line) = (0, chunk.FirstLine);
        using CsvReader reader = Open(chunk.Buffer.AsMemory(0, chunk.Length), layout.Separator, layout.Quoted);
        while (reader.Read())
        {
            if (header)
            {
                // A blank line before it is none.
                header = reader.RawRecord.Trim(" \t"u8).IsEmpty;
                continue;
            }

            RawRow row = default;
            if (sound || Utf8.IsValid(reader.RawRecord))
            {
                Read(reader, ref row, sink.Times);
            }
            else
            {
                row.Fail(LineFault.InvalidUtf8, []);
            }

            if (!sink.TryTake(ref row))
            {
                sink.Reject(in row, LineOf(reader, chunk, ref lookedAt, ref line), Shown(reader.RawRecord));
            }
        }
    }

    /// <summary>A record as the file has it: a separator of several characters reaches the reader as one byte.</summary>
    private ReadOnlySpan<byte> Shown(ReadOnlySpan<byte> record)
    {
        if (IsPlain(layout.Separator))
        {
            return record;
        }

        byte[] separator = Encoding.UTF8.GetBytes(layout.Separator);
        List<byte> shown = [];
        foreach (byte letter in record)
        {
            shown.AddRange(letter == CsvSeparatorStream.DefaultReplacement ? separator : [letter]);
        }

        return CollectionsMarshal.AsSpan(shown);
    }

    /// <summary>
    /// The line of a record that is told; lines before it are counted then, as counting all would cost what parsing costs.
    /// </summary>
    private static long LineOf(CsvReader reader, Chunk chunk, ref int lookedAt, ref long line)
    {
        if (reader.Options.TrackLineNumbers)
        {
            return chunk.FirstLine + reader.LineNumber - 1;
        }

        int start = (int)reader.ByteOffset;
        line += ChunkReader.CountLines(chunk.Bytes[lookedAt..start]);
        lookedAt = start;
        return line;
    }

    private void Read(CsvReader reader, ref RawRow row, TimestampTally tally)
    {
        foreach ((int column, Field field) in fields.All)
        {
            if (column >= reader.FieldCount)
            {
                row.Fail(LineFault.MissingColumn, []);
                return;
            }

            fields.Read(field, reader.GetSpan(column), ref row, tally);
        }
    }
}
