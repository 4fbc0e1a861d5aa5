using System.Runtime.Intrinsics;
using System.Text;
using CranePipeline.Ingest.Rows;

namespace CranePipeline.Ingest.Splits;

/// <summary>Raw ids as UTF-8, one after another.</summary>
internal sealed class IdBytes : IDisposable
{
    private const int BlockBytes = 16;
    private readonly byte[] bytes;
    private readonly int[] starts;
    private NativeBuffer<Vector128<byte>>? blocks;

    public IdBytes(IReadOnlyList<string> ids)
    {
        starts = new int[ids.Count + 1];
        for (int id = 0; id < ids.Count; id++)
        {
            starts[id + 1] = checked(starts[id] + Encoding.UTF8.GetByteCount(ids[id]));
        }

        bytes = GC.AllocateUninitializedArray<byte>(starts[^1]);
        for (int id = 0; id < ids.Count; id++)
        {
            Encoding.UTF8.GetBytes(ids[id], bytes.AsSpan(starts[id]));
        }
    }

    public int Count => starts.Length - 1;

    public ReadOnlySpan<byte> this[int id] => bytes.AsSpan(starts[id], starts[id + 1] - starts[id]);

    /// <summary>
    /// Every id with MD5's end mark 0x80 and zeros behind it, so that one aligned read fetches all there is to know; all zeros where that is
    /// more than sixteen bytes.
    /// </summary>
    public NativeBuffer<Vector128<byte>> Blocks()
    {
        if (blocks is not null)
        {
            return blocks;
        }

        NativeBuffer<Vector128<byte>> made = new(Count);
        Span<Vector128<byte>> target = made.Span;
        Span<byte> block = stackalloc byte[BlockBytes];
        for (int id = 0; id < target.Length; id++)
        {
            ReadOnlySpan<byte> text = this[id];
            target[id] = default;
            if (text.Length < BlockBytes)
            {
                block.Clear();
                text.CopyTo(block);
                block[text.Length] = 0x80;
                target[id] = Vector128.Create<byte>(block);
            }
        }

        return blocks = made;
    }

    public void Dispose() => blocks?.Dispose();
}
