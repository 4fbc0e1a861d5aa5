namespace CranePipeline.Tables;

/// <summary>
/// The bytes of a column chunk, page by page: a header, what was encoded, and, where values lie in memory as they do in the file, those
/// very values, which are never copied.
/// </summary>
internal sealed class ChunkBytes(ValueEncoder values, int capacity)
{
    private readonly ByteBuffer headers = new();
    private readonly List<Page> pages = [];

    /// <summary>Where encoded pages are appended, each before it is given to <see cref="Add"/>.</summary>
    public ByteBuffer Encoded { get; } = new(capacity);

    public long Length { get; private set; }

    /// <summary>Ends a page of what was encoded since the last one and of values that are taken as they are.</summary>
    /// <returns>The size of the header.</returns>
    public int Add(PageHeader header, int start = 0, int end = 0)
    {
        var before = headers.Length;
        MetadataWriter.Page(header, headers);
        pages.Add(new Page(headers.Length, Encoded.Length, start, end));
        Length += headers.Length - before + header.CompressedSize;
        return headers.Length - before;
    }

    public void WriteTo(Action<ReadOnlySpan<byte>> write)
    {
        int header = 0,
            encoded = 0;
        foreach (var page in pages)
        {
            write(headers.Written[header..page.HeaderEnd]);
            write(Encoded.Written[encoded..page.EncodedEnd]);
            if (page.Start < page.End)
            {
                write(values.InMemory(page.Start, page.End));
            }
            (header, encoded) = (page.HeaderEnd, page.EncodedEnd);
        }
    }

    /// <summary>Gives all memory back.</summary>
    public void Release()
    {
        headers.Release();
        Encoded.Release();
        values.Release();
    }

    private readonly record struct Page(int HeaderEnd, int EncodedEnd, int Start, int End);
}
