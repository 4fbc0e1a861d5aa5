using CranePipeline.Tables;

namespace CranePipeline.Ingest.Internals;

/// <summary>Byte strings one after another in pages that never move.</summary>
internal sealed unsafe class IdPages : IDisposable
{
    private const int PageBits = 22;
    private const int PageBytes = 1 << PageBits;

    // Strings start at multiples of 4, so that 32 bits address 16 GiB of them.
    private const int AlignBits = 2;
    private readonly List<NativeBuffer<byte>> pages = [];
    private nint[] pointers = new nint[16];
    private int used = PageBytes;

    /// <summary>The string at a position.</summary>
    public ReadOnlySpan<byte> this[uint position]
    {
        get
        {
            byte* text = Pointer(position);
            return new ReadOnlySpan<byte>(text + 2, *(ushort*)text);
        }
    }

    /// <summary>Where a string lies.</summary>
    public byte* Pointer(uint position) =>
        (byte*)pointers[position >> (PageBits - AlignBits)] + ((position << AlignBits) & (PageBytes - 1));

    /// <summary>Keeps a string of less than 65,536 bytes.</summary>
    /// <returns>Its position.</returns>
    public uint Store(ReadOnlySpan<byte> text)
    {
        int size = (text.Length + 2 + 3) & ~3;
        if (used + size > PageBytes)
        {
            AddPage();
        }

        int page = pages.Count - 1;
        byte* target = (byte*)pointers[page] + used;
        *(ushort*)target = (ushort)text.Length;
        text.CopyTo(new Span<byte>(target + 2, text.Length));
        uint position = (uint)((page << (PageBits - AlignBits)) | (used >> AlignBits));
        used += size;
        return position;
    }

    public void Dispose()
    {
        pages.ForEach(page => page.Dispose());
        pages.Clear();
    }

    private void AddPage()
    {
        if (pages.Count == 1 << (32 - PageBits + AlignBits))
        {
            throw new InputException("there are more than 16 GiB of distinct ids; split the data set into parts.");
        }

        NativeBuffer<byte> page = new(PageBytes);
        if (pages.Count == pointers.Length)
        {
            Array.Resize(ref pointers, pages.Count * 2);
        }

        pointers[pages.Count] = (nint)page.Pointer;
        pages.Add(page);
        used = 0;
    }
}
