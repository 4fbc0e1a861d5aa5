namespace CranePipeline.Tables;

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
    public static (ChunkBytes Bytes, ColumnChunkMetadata Metadata) Write(
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

    private (ChunkBytes Bytes, ColumnChunkMetadata Metadata) Write()
    {
        var pages = CutPages();
        var codec = ChooseCodec(pages);
        var isAsInMemory = IsInMemory && codec == ParquetCompression.None;
        var bytes = new ChunkBytes(
            rows.Values,
            isAsInMemory ? 0 : (int)Math.Min(LargestFirst, 1024 + (dictionary?.Plain.Length ?? 0) + Size(0, rows.Count))
        );
        var chunk = new ColumnChunkMetadata { Type = WriteSchema.Physical(field), Codec = codec };
        chunk.Path.AddRange(WriteSchema.Path(field));
        chunk.Encodings.Add(encoding);
        if (dictionary is not null)
        {
            chunk.Encodings.Insert(0, PageEncoding.Plain);
            chunk.DictionaryPageOffset = 0;
            chunk.UncompressedSize += WriteDictionary(dictionary, codec, bytes);
        }
        chunk.Encodings.Add(PageEncoding.RunLength);
        chunk.DataPageOffset = bytes.Length;
        long missing = 0;
        for (var p = 0; p + 1 < pages.Count; p++)
        {
            var (header, size) = WritePage(pages[p], pages[p + 1], codec, bytes);
            chunk.ValueCount += header.ValueCount;
            missing += header.NullCount;
            chunk.UncompressedSize += size;
        }
        chunk.CompressedSize = bytes.Length;
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
        return (bytes, chunk);
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
        return dictionary is null ? rows.Values.PlainSize(from, to) : dictionary.IndexSize(from, to);
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
            ratio += Shrinks(Values(new LevelWriter(rows, field, first, first + part))) / samples;
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

    private static int WriteDictionary(ValueDictionary dictionary, ParquetCompression codec, ChunkBytes bytes)
    {
        var header = new PageHeader { Type = PageType.Dictionary, ValueCount = dictionary.Count };
        Append(dictionary.Plain.Written, codec, bytes.Encoded);
        header.UncompressedSize = dictionary.Plain.Length;
        header.CompressedSize = bytes.Encoded.Length;
        return bytes.Add(header) + header.UncompressedSize;
    }

    /// <summary>Writes a page of rows; answers its size uncompressed, header included.</summary>
    private (PageHeader Header, int Size) WritePage(int first, int end, ParquetCompression codec, ChunkBytes bytes)
    {
        var header = new PageHeader
        {
            Type = options.PageVersion == 2 ? PageType.DataV2 : PageType.Data,
            Encoding = encoding,
            RowCount = end - first,
            IsCompressed = codec != ParquetCompression.None,
        };
        var levels = new LevelWriter(rows, field, first, end);
        header.ValueCount = levels.Entries;
        header.NullCount = levels.Entries - (levels.ValueEnd - levels.ValueStart);
        // Version 1 compresses levels and values as one, version 2 the values alone.
        var areJoined = header is { IsCompressed: true, Type: PageType.Data } && maximumDefinition > 0;
        var start = bytes.Encoded.Length;
        body.Clear();
        header.RepetitionBytes = Levels(rows.IsList, levels.WriteRepetition, areJoined ? body : bytes.Encoded);
        header.DefinitionBytes = Levels(maximumDefinition > 0, levels.WriteDefinition, areJoined ? body : bytes.Encoded);
        var levelBytes = bytes.Encoded.Length - start;
        if (!header.IsCompressed)
        {
            int from = 0,
                to = 0;
            if (IsInMemory)
            {
                (from, to) = (levels.ValueStart, levels.ValueEnd);
                header.UncompressedSize = checked((int)(levelBytes + rows.Values.PlainSize(from, to)));
            }
            else
            {
                AppendValues(levels, bytes.Encoded);
                header.UncompressedSize = bytes.Encoded.Length - start;
            }
            header.CompressedSize = header.UncompressedSize;
            return (header, bytes.Add(header, from, to) + header.UncompressedSize);
        }
        ReadOnlySpan<byte> values;
        if (areJoined)
        {
            AppendValues(levels, body);
            values = body.Written;
        }
        else
        {
            values = Values(levels);
        }
        Append(values, codec, bytes.Encoded);
        header.UncompressedSize = levelBytes + values.Length;
        header.CompressedSize = bytes.Encoded.Length - start;
        return (header, bytes.Add(header) + header.UncompressedSize);
    }

    /// <summary>Whether pages have their values as they lie in memory.</summary>
    private bool IsInMemory => encoding == PageEncoding.Plain && rows.Values.IsPlainInMemory;

    /// <summary>The values of a page as it has them: where they lie already, or put into <see cref="body"/>.</summary>
    private ReadOnlySpan<byte> Values(LevelWriter levels)
    {
        if (IsInMemory)
        {
            return rows.Values.InMemory(levels.ValueStart, levels.ValueEnd);
        }
        body.Clear();
        AppendValues(levels, body);
        return body.Written;
    }

    private void AppendValues(LevelWriter levels, ByteBuffer output)
    {
        if (dictionary is not null)
        {
            output.Byte((byte)dictionary.Width);
            dictionary.WriteIndices(levels.ValueStart, levels.ValueEnd, output);
        }
        else if (encoding == PageEncoding.DeltaBinaryPacked)
        {
            rows.Values.Deltas(levels.ValueStart, levels.ValueEnd, output);
        }
        else
        {
            rows.Values.Plain(levels.ValueStart, levels.ValueEnd, output);
        }
    }

    private static void Append(ReadOnlySpan<byte> bytes, ParquetCompression codec, ByteBuffer output)
    {
        if (codec == ParquetCompression.None)
        {
            output.Bytes(bytes);
        }
        else
        {
            PageCodec.Compress(codec, bytes, output);
        }
    }

    private int Levels(bool any, Action<ByteBuffer> write, ByteBuffer output)
    {
        if (!any)
        {
            return 0;
        }
        packed.Clear();
        write(packed);
        if (options.PageVersion == 1)
        {
            output.Int32(packed.Length);
        }
        output.Bytes(packed.Written);
        return packed.Length;
    }
}
