using System.Runtime.Intrinsics;
using System.Text;
using CranePipeline.Ingest.Rows;

namespace CranePipeline.Ingest.Splits;

/// <summary>
/// What neighbouring rows' messages have behind the seed: <c>user|</c>. All of them are written before the first is read, as the processor would
/// wait for each otherwise.
/// </summary>
internal sealed unsafe class MessageHeads : IDisposable
{
    /// <summary>A head's length where it is no shorter than any message may be; its bytes are not all there then.</summary>
    public const int TooLong = Md5Lanes.LongestMessage + 1;

    private const int BlockBytes = 64;
    private const int HalfBytes = BlockBytes / 2;

    // From some place on: nothing, then an item block's bytes but the last, which is no text, then nothing again.
    private static readonly byte[] Places = MakePlaces();
    private readonly NativeBuffer<Vector512<byte>> blocks = new(Md5Messages.Capacity);
    private readonly int[] lengths = new int[Md5Messages.Capacity];
    private readonly int[] starts = new int[Md5Messages.Capacity + 1];

    /// <summary>How many users the rows have.</summary>
    public int Count { get; private set; }

    public void Dispose() => blocks.Dispose();

    /// <summary>Writes the heads of up to <see cref="Md5Messages.Capacity"/> rows.</summary>
    public void Write(ReadOnlySpan<int> users, string[] userIds)
    {
        int count = 0;
        int last = -1;
        for (int row = 0; row < users.Length; row++)
        {
            if (users[row] != last)
            {
                last = users[row];
                starts[count] = row;
                byte* text = (byte*)(blocks.Pointer + count);
                Vector512<byte>.Zero.Store(text);
                bool fits = Encoding.UTF8.TryGetBytes(userIds[last], new Span<byte>(text, TooLong - 1), out int length);
                text[length] = (byte)'|';
                lengths[count++] = fits ? length + 1 : TooLong;
            }
        }

        starts[count] = users.Length;
        Count = count;
    }

    /// <summary>The first row of a user, and of the one behind the last.</summary>
    public int StartOf(int user) => starts[user];

    /// <summary>A head's length in bytes.</summary>
    public int LengthOf(int user) => lengths[user];

    /// <summary>A head's bytes, if it is not too long.</summary>
    public ReadOnlySpan<byte> TextOf(int user) => new(blocks.Pointer + user, lengths[user]);

    /// <summary>A head's first 32 bytes, with zeros behind it.</summary>
    public Vector256<byte> BlockOf(int user) => Vector256.LoadAligned((byte*)(blocks.Pointer + user));

    /// <summary>For each of the 32 bytes behind a head which one of an item block's sixteen goes there; 0x80 for none.</summary>
    public Vector256<byte> EndPlacesOf(int user) =>
        Vector256.Create<byte>(Places.AsSpan(HalfBytes - Math.Min(lengths[user], HalfBytes)));

    private static byte[] MakePlaces()
    {
        byte[] places = new byte[2 * HalfBytes];
        places.AsSpan().Fill(0x80);
        for (byte place = 0; place < ItemBlocks.LengthByte; place++)
        {
            places[HalfBytes + place] = place;
        }

        return places;
    }
}
