namespace CranePipeline.Storage;

/// <summary>Encodes a column's part of a row group: its dictionary and its pages.</summary>
internal sealed class ChunkWriter
{
    private const int MostEntriesAPage = 1 << 20;
    private const int SampledPages = 3;
    private readonly ParquetField field;
    private readonly ParquetWriteOptions options;
    private readonly ColumnRows rows;
    private readonly ValueDictionary? dictionary;
    private readonly int maximumDefinition;
    private readonly ByteBuffer body = new();
    private readonly ByteBuffer packed = new();

    private ChunkWriter(ParquetField field, ColumnRows rows, ParquetWriteOptions options)
    {
        this.field = field;
        this.rows = rows;
        this.options = options;
        maximumDefinition = WriteSchema.MaximumDefinition(field);
        dictionary = options.Dictionary ? rows.Values.BuildDictionary() : null;
    }

    /// <summary>Encodes rows; the offsets in the result count from the chunk's beginning.</summary>
    public static (ByteBuffer Bytes, ColumnChunkMetadata Metadata) Write(
        ParquetField field,
        ColumnRows rows,
        ParquetWriteOptions options
    ) => new ChunkWriter(field, rows, options).Write();

    private (ByteBuffer Bytes, ColumnChunkMetadata Metadata) Write()
    {
        var pages = CutPages();
        var codec = ChooseCodec(pages);
        var output = new ByteBuffer();
        var chunk = new ColumnChunkMetadata { Type = WriteSchema.Physical(field), Codec = codec };
        chunk.Path.AddRange(WriteSchema.Path(field));
        chunk.Encodings.Add(dictionary is null ? PageEncoding.Plain : PageEncoding.RunLengthDictionary);
        if (dictionary is not null)
        {
            chunk.Encodings.Insert(0, PageEncoding.Plain);
            chunk.DictionaryPageOffset = 0;
            chunk.UncompressedSize += WritePage(
                new PageHeader { Type = PageType.Dictionary, ValueCount = dictionary.Count },
                default,
                dictionary.Plain.Written,
                codec,
                output
            );
        }
        chunk.Encodings.Add(PageEncoding.RunLength);
        chunk.DataPageOffset = output.Length;
        long missing = 0;
        for (var p = 0; p + 1 < pages.Count; p++)
        {
            var header = BuildPage(pages[p], pages[p + 1], out var levels);
            chunk.ValueCount += header.ValueCount;
            missing += header.NullCount;
            chunk.UncompressedSize += WritePage(header, body.Written[..levels], body.Written[levels..], codec, output);
        }
        chunk.CompressedSize = output.Length;
        if (options.Statistics)
        {
            var range = rows.IsList ? null : rows.Values.Range();
            chunk.Statistics = new ChunkStatistics
            {
                NullCount = missing,
                Minimum = range?.Minimum,
                Maximum = range?.Maximum,
            };
        }
        return (output, chunk);
    }

    /// <summary>The rows at which pages begin, and behind them the number of rows.</summary>
    private List<int> CutPages()
    {
        List<int> starts = [0];
        var first = 0;
        for (var row = 1; row <= rows.Count; row++)
        {
            if (row == rows.Count || row - first >= MostEntriesAPage || Size(first, row + 1) > options.PageBytes)
            {
                starts.Add(row);
                first = row;
            }
        }
        return starts;
    }

    private long Size(int first, int end)
    {
        int from = rows.ValueStart(first),
            to = rows.ValueStart(end);
        // Missing elements of string lists make the two counts differ; a page's size need only be about right.
        to = Math.Min(to, rows.Values.Count);
        from = Math.Min(from, to);
        return dictionary is null ? rows.Values.PlainSize(from, to) : (long)(to - from) * dictionary.Width / 8;
    }

    /// <summary>Compression costs every reader time, so a column that does not shrink goes without.</summary>
    private ParquetCompression ChooseCodec(List<int> pages)
    {
        if (options.Compression == ParquetCompression.None)
        {
            return ParquetCompression.None;
        }
        long before = 0,
            after = 0;
        var count = pages.Count - 1;
        for (var sample = 0; sample < Math.Min(count, SampledPages); sample++)
        {
            var page = count <= SampledPages ? sample : sample * (count - 1) / (SampledPages - 1);
            BuildPage(pages[page], pages[page + 1], out var levels);
            before += body.Length - levels;
            packed.Clear();
            PageCodec.Compress(options.Compression, body.Written[levels..], packed);
            after += packed.Length;
        }
        if (dictionary is not null)
        {
            before += dictionary.Plain.Length;
            packed.Clear();
            PageCodec.Compress(options.Compression, dictionary.Plain.Written, packed);
            after += packed.Length;
        }
        return after < before * 9 / 10 ? options.Compression : ParquetCompression.None;
    }

    /// <summary>Puts a page's levels and values into <see cref="body"/>; the first <paramref name="levelBytes"/> are the levels.</summary>
    private PageHeader BuildPage(int first, int end, out int levelBytes)
    {
        body.Clear();
        var header = new PageHeader
        {
            Type = options.PageVersion == 2 ? PageType.DataV2 : PageType.Data,
            Encoding = dictionary is null ? PageEncoding.Plain : PageEncoding.RunLengthDictionary,
            RowCount = end - first,
        };
        var levels = new LevelWriter(rows, field, first, end);
        header.ValueCount = levels.Entries;
        header.NullCount = levels.Entries - (levels.ValueEnd - levels.ValueStart);
        header.RepetitionBytes = Levels(rows.IsList, levels.WriteRepetition);
        header.DefinitionBytes = Levels(maximumDefinition > 0, levels.WriteDefinition);
        levelBytes = body.Length;
        if (dictionary is null)
        {
            rows.Values.Plain(levels.ValueStart, levels.ValueEnd, body);
        }
        else
        {
            body.Byte((byte)dictionary.Width);
            var encoder = new RunLengthEncoder(body, dictionary.Width);
            foreach (var index in dictionary.Indices.AsSpan(levels.ValueStart, levels.ValueEnd - levels.ValueStart))
            {
                encoder.Write(index);
            }
            encoder.Finish();
        }
        return header;
    }

    private int Levels(bool any, Action<ByteBuffer> write)
    {
        if (!any)
        {
            return 0;
        }
        packed.Clear();
        write(packed);
        if (options.PageVersion == 1)
        {
            body.Int32(packed.Length);
        }
        body.Bytes(packed.Written);
        return packed.Length;
    }

    /// <summary>Writes a page; answers its size uncompressed, header included.</summary>
    private int WritePage(
        PageHeader header,
        ReadOnlySpan<byte> levels,
        ReadOnlySpan<byte> values,
        ParquetCompression codec,
        ByteBuffer output
    )
    {
        header.UncompressedSize = levels.Length + values.Length;
        header.IsCompressed = codec != ParquetCompression.None;
        if (!header.IsCompressed)
        {
            header.CompressedSize = header.UncompressedSize;
            var start = output.Length;
            MetadataWriter.Page(header, output);
            output.Bytes(levels);
            output.Bytes(values);
            return output.Length - start;
        }
        packed.Clear();
        if (header.Type == PageType.Data)
        {
            // Version 1 compresses levels and values as one; both lie in the page's buffer already, side by side.
            PageCodec.Compress(codec, body.Written, packed);
            levels = default;
        }
        else
        {
            PageCodec.Compress(codec, values, packed);
        }
        header.CompressedSize = levels.Length + packed.Length;
        var before = output.Length;
        MetadataWriter.Page(header, output);
        var headerSize = output.Length - before;
        output.Bytes(levels);
        output.Bytes(packed.Written);
        return headerSize + header.UncompressedSize;
    }
}
