namespace CranePipeline.Storage;

/// <summary>Encodes a column's part of a row group: its dictionary and its pages.</summary>
internal sealed class ChunkWriter
{
    private const int MostEntriesAPage = 1 << 20;
    private const int SampledPages = 3;
    private const long SampledBytes = 1 << 16;
    private const long LargestFirst = 1 << 26;
    private readonly ParquetField field;
    private readonly ParquetWriteOptions options;
    private readonly ColumnRows rows;
    private readonly ValueDictionary? dictionary;
    private readonly PageEncoding encoding;
    private readonly int maximumDefinition;
    private readonly ByteBuffer body = new();
    private readonly ByteBuffer packed = new();

    private ChunkWriter(ParquetField field, ColumnRows rows, ParquetWriteOptions options)
    {
        this.field = field;
        this.rows = rows;
        this.options = options;
        maximumDefinition = WriteSchema.MaximumDefinition(field);
        var deltas = options.Deltas && rows.Values.PrefersDeltas;
        dictionary = options.Dictionary && !deltas ? rows.Values.BuildDictionary() : null;
        encoding =
            deltas ? PageEncoding.DeltaBinaryPacked
            : dictionary is null ? PageEncoding.Plain
            : PageEncoding.RunLengthDictionary;
    }

    /// <summary>Encodes rows; the offsets in the result count from the chunk's beginning.</summary>
    public static (ByteBuffer Bytes, ColumnChunkMetadata Metadata) Write(
        ParquetField field,
        ColumnRows rows,
        ParquetWriteOptions options
    )
    {
        var writer = new ChunkWriter(field, rows, options);
        var written = writer.Write();
        writer.body.Release();
        writer.packed.Release();
        writer.dictionary?.Release();
        return written;
    }

    private (ByteBuffer Bytes, ColumnChunkMetadata Metadata) Write()
    {
        var pages = CutPages();
        var codec = ChooseCodec(pages);
        var output = new ByteBuffer((int)Math.Min(LargestFirst, rows.Values.PlainSize(0, rows.Values.Count) + 1024));
        var chunk = new ColumnChunkMetadata { Type = WriteSchema.Physical(field), Codec = codec };
        chunk.Path.AddRange(WriteSchema.Path(field));
        chunk.Encodings.Add(encoding);
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
        while (first < rows.Count)
        {
            // The size grows with the rows, so the last row that fits is found by halving.
            var most = Math.Min(MostEntriesAPage, rows.Count - first);
            var fits = 1;
            while (fits < most)
            {
                var middle = fits + (most - fits + 1) / 2;
                if (Size(first, first + middle) > options.PageBytes)
                {
                    most = middle - 1;
                }
                else
                {
                    fits = middle;
                }
            }
            first += fits;
            starts.Add(first);
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
        double ratio = 0;
        var count = pages.Count - 1;
        var samples = Math.Min(count, SampledPages);
        for (var sample = 0; sample < samples; sample++)
        {
            var page = count <= SampledPages ? sample : sample * (count - 1) / (SampledPages - 1);
            var (first, end) = (pages[page], pages[page + 1]);
            var part = (int)Math.Clamp((end - first) * SampledBytes / Math.Max(1, Size(first, end)), 1, end - first);
            BuildPage(first, first + part, out var levels);
            ratio += Shrinks(body.Written[levels..]) / samples;
        }
        double before = Size(0, rows.Count);
        var after = before * ratio;
        if (dictionary is not null)
        {
            before += dictionary.Plain.Length;
            var sampled = dictionary.Plain.Written[..(int)Math.Min(SampledBytes, dictionary.Plain.Length)];
            after += dictionary.Plain.Length * Shrinks(sampled);
        }
        return after < before * 0.9 ? options.Compression : ParquetCompression.None;
    }

    /// <summary>What compression leaves of bytes, as a share.</summary>
    private double Shrinks(ReadOnlySpan<byte> bytes)
    {
        packed.Clear();
        PageCodec.Compress(options.Compression, bytes, packed);
        return (double)packed.Length / Math.Max(1, bytes.Length);
    }

    /// <summary>Puts a page's levels and values into <see cref="body"/>; the first <paramref name="levelBytes"/> are the levels.</summary>
    private PageHeader BuildPage(int first, int end, out int levelBytes)
    {
        body.Clear();
        var header = new PageHeader
        {
            Type = options.PageVersion == 2 ? PageType.DataV2 : PageType.Data,
            Encoding = encoding,
            RowCount = end - first,
        };
        var levels = new LevelWriter(rows, field, first, end);
        header.ValueCount = levels.Entries;
        header.NullCount = levels.Entries - (levels.ValueEnd - levels.ValueStart);
        header.RepetitionBytes = Levels(rows.IsList, levels.WriteRepetition);
        header.DefinitionBytes = Levels(maximumDefinition > 0, levels.WriteDefinition);
        levelBytes = body.Length;
        if (dictionary is not null)
        {
            body.Byte((byte)dictionary.Width);
            var indices = dictionary.Indices.AsSpan(levels.ValueStart, levels.ValueEnd - levels.ValueStart);
            RunLengthEncoder.Encode(indices, dictionary.Width, body);
        }
        else if (encoding == PageEncoding.DeltaBinaryPacked)
        {
            rows.Values.Deltas(levels.ValueStart, levels.ValueEnd, body);
        }
        else
        {
            rows.Values.Plain(levels.ValueStart, levels.ValueEnd, body);
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
