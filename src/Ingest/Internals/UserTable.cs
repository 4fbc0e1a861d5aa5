using System.Runtime.Intrinsics.X86;

namespace CranePipeline.Ingest.Internals;

/// <summary>The raw ids of users by number.</summary>
internal sealed unsafe class UserTable(int capacity, IdTable outside) : IIdTable, IDisposable
{
    private readonly NativeBuffer<UserKey> keys = new(capacity);

    public Span<UserKey> Keys => keys.Span;

    public ReadOnlySpan<byte> this[int id]
    {
        get
        {
            UserKey* key = keys.Pointer + id;
            int number = key->Number;
            return number < 0 ? new ReadOnlySpan<byte>(key, key->Length) : outside[number];
        }
    }

    public void Prefetch(int id)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(keys.Pointer + id);
        }
    }

    public void Dispose() => keys.Dispose();
}
