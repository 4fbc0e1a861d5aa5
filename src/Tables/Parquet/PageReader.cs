using System.Buffers;

namespace CranePipeline.Tables;

/// <summary>A data page taken apart: its levels and its values, decompressed.</summary>
internal readonly ref struct Page
{
    public required int ValueCount { get; init; }
    public required PageEncoding Encoding { get; init; }
    public required ReadOnlySpan<byte> Repetition { get; init; }
    public required ReadOnlySpan<byte> Definition { get; init; }
    public required ReadOnlySpan<byte> Data { get; init; }

    /// <summary>Where the values can be read from straight into their place, or null where <see cref="Data"/> has them.</summary>
    public PageReader? Direct { get; init; }
}

/// <summary>Reads the pages of one column chunk in order.</summary>
internal sealed class PageReader : IDisposable
{
    private const int UsualHeader = 1 << 10;
    private const int LargestHeader = 1 << 24;
    private const int ReadAhead = 1 << 20;

    /// <summary>Enough for a header and the levels of most pages, so that little of the values passes through the window.</summary>
    private const int DirectReadAhead = 1 << 12;
    private const int LeastDirect = 1 << 16;
    private readonly ChunkWindow window;
    private readonly SchemaLeaf leaf;
    private readonly ParquetCompression codec;
    private byte[] plain = [];
    private readonly bool canReadDirect;
    private PageHeader header = new();
    private long bodyEnd;

    /// <summary>Starts at the chunk's first page.</summary>
    /// <param name="source">The file.</param>
    /// <param name="chunk">The chunk.</param>
    /// <param name="leaf">The column it belongs to.</param>
    /// <param name="canReadDirect">Whether plain values lie in the file as in memory, so that large uncompressed pages need no copy.</param>
    public PageReader(ByteSource source, ColumnChunkMetadata chunk, SchemaLeaf leaf, bool canReadDirect)
    {
        this.leaf = leaf;
        this.canReadDirect =
            canReadDirect && chunk.Codec == ParquetCompression.None && chunk.Encodings.Contains(PageEncoding.Plain);
        codec = chunk.Codec;
        var start =
            chunk.DictionaryPageOffset is > 0 and var dictionary && dictionary < chunk.DataPageOffset
                ? dictionary
                : chunk.DataPageOffset;
        if (start < 4 || chunk.CompressedSize < 0 || start > source.Length || chunk.CompressedSize > source.Length - start)
        {
            throw new CorruptDataException(
                $"a column chunk of {chunk.CompressedSize} bytes at byte {start} of a file of {source.Length}"
            );
        }
        window = new ChunkWindow(source, start, chunk.CompressedSize, this.canReadDirect ? DirectReadAhead : ReadAhead);
    }

    /// <summary>Where in the file the page last read begins.</summary>
    public long PageStart { get; private set; }

    /// <summary>Moves to the next page; false at the chunk's end.</summary>
    public bool NextHeader(out PageHeader next)
    {
        PageStart = window.Position;
        next = header;
        if (window.Remaining == 0)
        {
            return false;
        }
        for (var size = UsualHeader; ; size *= 16)
        {
            var bytes = window.Peek(size);
            try
            {
                next = header = PageHeaderReader.Read(bytes, out var length);
                window.Skip(length);
                break;
            }
            catch (CorruptDataException) when (bytes.Length == size && size < LargestHeader)
            {
                // The header may be longer than what was looked at: statistics of long texts make it so.
            }
        }
        if (
            header.CompressedSize < 0
            || header.UncompressedSize < 0
            || header.CompressedSize > window.Remaining
            || header.ValueCount < 0
        )
        {
            throw new CorruptDataException($"a page of {header.CompressedSize} bytes where {window.Remaining} are left");
        }
        if (!header.HasBody && header.Type != PageType.Index)
        {
            throw new CorruptDataException("a page header without its details");
        }
        bodyEnd = window.Position + header.CompressedSize;
        return true;
    }

    /// <summary>The decompressed values of a dictionary page.</summary>
    public ReadOnlySpan<byte> DictionaryBody()
    {
        if (header.Encoding is not (PageEncoding.Plain or PageEncoding.PlainDictionary))
        {
            throw new CorruptDataException($"a dictionary in the encoding {header.Encoding}");
        }
        return Decompress(window.Peek(header.CompressedSize), header.UncompressedSize, codec != ParquetCompression.None);
    }

    /// <summary>Ends the use of the current page's bytes.</summary>
    public void Release() => window.Skip(bodyEnd - window.Position);

    /// <summary>Reads the values of a page whose <see cref="Page.Direct"/> is this reader.</summary>
    public void ReadPlain(Span<byte> values)
    {
        if (values.Length > bodyEnd - window.Position)
        {
            throw new CorruptDataException(
                $"values of {values.Length} bytes are announced where {bodyEnd - window.Position} are left"
            );
        }
        window.CopyTo(values);
    }

    /// <summary>Takes the current data page apart; its spans hold until <see cref="Release"/>.</summary>
    public Page DataBody()
    {
        if (
            canReadDirect
            && header is { Type: PageType.Data, Encoding: PageEncoding.Plain, CompressedSize: >= LeastDirect }
            && header.CompressedSize == header.UncompressedSize
        )
        {
            return LevelsOnly();
        }
        var body = window.Peek(header.CompressedSize);
        return header.Type == PageType.DataV2 ? Version2(body) : Version1(body);
    }

    public void Dispose()
    {
        window.Dispose();
        if (plain.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(plain);
            plain = [];
        }
    }

    /// <summary>Looks at a page's levels alone and leaves the window where its values begin.</summary>
    private Page LevelsOnly()
    {
        var size = 0;
        foreach (var maximum in (ReadOnlySpan<int>)[leaf.MaximumRepetition, leaf.MaximumDefinition])
        {
            if (maximum > 0)
            {
                var announced = new ByteReader(window.Peek(Math.Min(size + 4, header.CompressedSize))[size..]).Int32();
                if (announced < 0 || announced > header.CompressedSize - size - 4)
                {
                    throw new CorruptDataException($"levels of {announced} bytes in a page of {header.CompressedSize}");
                }
                size += 4 + announced;
            }
        }
        var reader = new ByteReader(window.Peek(size));
        var repetition = Levels(ref reader, leaf.MaximumRepetition, header.RepetitionEncoding);
        var definition = Levels(ref reader, leaf.MaximumDefinition, header.DefinitionEncoding);
        // Skipping moves only the window's mark: the levels stay where they are until the next look.
        window.Skip(size);
        return new Page
        {
            ValueCount = header.ValueCount,
            Encoding = header.Encoding,
            Repetition = repetition,
            Definition = definition,
            Data = default,
            Direct = this,
        };
    }

    private Page Version1(ReadOnlySpan<byte> body)
    {
        var reader = new ByteReader(Decompress(body, header.UncompressedSize, codec != ParquetCompression.None));
        var repetition = Levels(ref reader, leaf.MaximumRepetition, header.RepetitionEncoding);
        var definition = Levels(ref reader, leaf.MaximumDefinition, header.DefinitionEncoding);
        return new Page
        {
            ValueCount = header.ValueCount,
            Encoding = header.Encoding,
            Repetition = repetition,
            Definition = definition,
            Data = reader.Rest,
        };
    }

    private Page Version2(ReadOnlySpan<byte> body)
    {
        var reader = new ByteReader(body);
        var repetition = reader.Take(header.RepetitionBytes);
        var definition = reader.Take(header.DefinitionBytes);
        var levels = repetition.Length + definition.Length;
        if (header.UncompressedSize < levels)
        {
            throw new CorruptDataException("a page smaller than its levels");
        }
        // A page without values may have no compressed bytes at all, not even an empty block.
        var isCompressed = header.IsCompressed && codec != ParquetCompression.None && reader.Remaining > 0;
        return new Page
        {
            ValueCount = header.ValueCount,
            Encoding = header.Encoding,
            Repetition = repetition,
            Definition = definition,
            Data = Decompress(reader.Rest, header.UncompressedSize - levels, isCompressed),
        };
    }

    private static ReadOnlySpan<byte> Levels(scoped ref ByteReader reader, int maximum, PageEncoding encoding)
    {
        if (maximum == 0)
        {
            return default;
        }
        if (encoding != PageEncoding.RunLength)
        {
            throw new CorruptDataException($"levels in the encoding {encoding}", "write the file with a tool of this decade");
        }
        return reader.Take(reader.Int32());
    }

    private ReadOnlySpan<byte> Decompress(ReadOnlySpan<byte> body, int size, bool isCompressed)
    {
        if (!isCompressed)
        {
            return size <= body.Length
                ? body[..size]
                : throw new CorruptDataException($"a page of {body.Length} bytes that should have {size}");
        }
        if (size > PageCodec.LargestExpansion(codec, body.Length))
        {
            throw new CorruptDataException($"a page of {body.Length} bytes that should become {size}");
        }
        if (plain.Length < size)
        {
            if (plain.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(plain);
            }
            plain = ArrayPool<byte>.Shared.Rent(size);
        }
        var target = plain.AsSpan(0, size);
        PageCodec.Decompress(codec, body, target);
        return target;
    }
}
