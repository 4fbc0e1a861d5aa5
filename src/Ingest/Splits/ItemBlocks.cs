using System.Runtime.Intrinsics;
using System.Text;
using CranePipeline.Ingest.Rows;

namespace CranePipeline.Ingest.Splits;

/// <summary>
/// Short raw ids as UTF-8 in sixteen bytes each, so that one aligned read fetches all there is to know: the text, MD5's end mark 0x80, zeros,
/// and the text's length.
/// </summary>
internal sealed unsafe class ItemBlocks : IDisposable
{
    /// <summary>The byte with the length.</summary>
    public const int LengthByte = 15;

    private const int LongestText = LengthByte - 1;
    private const byte TooLong = byte.MaxValue;
    private readonly NativeBuffer<Vector128<byte>> blocks;

    public ItemBlocks(string[] ids)
    {
        blocks = new NativeBuffer<Vector128<byte>>(ids.Length);
        Span<byte> block = stackalloc byte[LengthByte + 1];
        for (int id = 0; id < ids.Length; id++)
        {
            block.Clear();
            if (Encoding.UTF8.TryGetBytes(ids[id], block[..LongestText], out int length))
            {
                block[length] = 0x80;
                block[LengthByte] = (byte)length;
            }
            else
            {
                block[LengthByte] = TooLong;
            }

            blocks.Span[id] = Vector128.Create<byte>(block);
        }
    }

    /// <summary>What of a block is text, end mark or zeros.</summary>
    public static Vector128<byte> Text =>
        Vector128.Create(0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0);

    /// <summary>The first id's block; one whose length is 255 has no room for its id.</summary>
    public Vector128<byte>* Pointer => blocks.Pointer;

    public void Dispose() => blocks.Dispose();
}
