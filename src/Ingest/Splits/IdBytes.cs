using System.Text;

namespace CranePipeline.Ingest.Splits;

/// <summary>Raw ids as UTF-8, one after another, with sixteen more bytes behind the last.</summary>
internal sealed class IdBytes
{
    private const int Slack = 16;
    private readonly byte[] bytes;
    private readonly int[] starts;

    public IdBytes(IReadOnlyList<string> ids)
    {
        starts = new int[ids.Count + 1];
        for (int id = 0; id < ids.Count; id++)
        {
            starts[id + 1] = checked(starts[id] + Encoding.UTF8.GetByteCount(ids[id]));
        }

        bytes = GC.AllocateUninitializedArray<byte>(starts[^1] + Slack);
        for (int id = 0; id < ids.Count; id++)
        {
            Encoding.UTF8.GetBytes(ids[id], bytes.AsSpan(starts[id]));
        }
    }

    public int Count => starts.Length - 1;

    public ReadOnlySpan<byte> this[int id] => bytes.AsSpan(starts[id], starts[id + 1] - starts[id]);
}
