using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CranePipeline.Ingest.Rows;

/// <summary>
/// A row as nearly all are, in 24 bytes: an item of a low number, a rating of whole tenths up to 6.1 or none, a time of whole seconds before 2106 or none. Reading is
/// bound by memory, and a quarter less of it is a quarter less to wait for.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct PackedRow : IUserRow
{
    private const int NoItem = (1 << 24) - 1;
    private const uint NoTime = uint.MaxValue;
    private const int NoRating = 62;
    private const int MillisecondsASecond = 1000;
    private readonly ulong userLow;
    private readonly ulong userHigh;

    // From the lowest bit: seconds 32, item 24, rating 6, label 2.
    private readonly ulong rest;

    private PackedRow(UserKey user, ulong rest) => (userLow, userHigh, this.rest) = (user.Low, user.High, rest);

    /// <summary>Tenths; constants, which need no array to be looked for.</summary>
    private static ReadOnlySpan<float> Ratings =>
        [
            0.0f,
            0.1f,
            0.2f,
            0.3f,
            0.4f,
            0.5f,
            0.6f,
            0.7f,
            0.8f,
            0.9f,
            1.0f,
            1.1f,
            1.2f,
            1.3f,
            1.4f,
            1.5f,
            1.6f,
            1.7f,
            1.8f,
            1.9f,
            2.0f,
            2.1f,
            2.2f,
            2.3f,
            2.4f,
            2.5f,
            2.6f,
            2.7f,
            2.8f,
            2.9f,
            3.0f,
            3.1f,
            3.2f,
            3.3f,
            3.4f,
            3.5f,
            3.6f,
            3.7f,
            3.8f,
            3.9f,
            4.0f,
            4.1f,
            4.2f,
            4.3f,
            4.4f,
            4.5f,
            4.6f,
            4.7f,
            4.8f,
            4.9f,
            5.0f,
            5.1f,
            5.2f,
            5.3f,
            5.4f,
            5.5f,
            5.6f,
            5.7f,
            5.8f,
            5.9f,
            6.0f,
            6.1f,
            float.NaN,
        ];

    public UserKey User
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector128.Create(userLow, userHigh).AsByte());
    }

    public int Item
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            int item = (int)(rest >> 32) & NoItem;
            return item == NoItem ? Entry.NoItem : item;
        }
    }

    public Entry Entry
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            uint seconds = (uint)rest;
            int label = (int)(rest >> 62);
            return new Entry(
                Item,
                Ratings[(int)(rest >> 56) & 63],
                seconds == NoTime ? Row.NoTimestamp : seconds * (long)MillisecondsASecond,
                label == 3 ? Row.NoLabel : (byte)label
            );
        }
    }

    /// <summary>Packs a row.</summary>
    /// <param name="user">The user.</param>
    /// <param name="entry">The rest of the row.</param>
    /// <param name="row">The row.</param>
    /// <returns>Whether it is such a row.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryPack(UserKey user, in Entry entry, out PackedRow row)
    {
        long timestamp = entry.Timestamp;
        bool timed = timestamp != Row.NoTimestamp;
        long seconds = timed ? timestamp / MillisecondsASecond : NoTime;
        int rating = float.IsNaN(entry.Rating) ? NoRating : (int)Math.Clamp(entry.Rating * 10 + 0.5f, 0, NoRating - 1);
        row = new PackedRow(
            user,
            (uint)seconds
                | (ulong)(entry.Item & NoItem) << 32
                | (ulong)rating << 56
                | (ulong)(entry.Label == Row.NoLabel ? 3 : entry.Label) << 62
        );
        return entry.Item < NoItem
            && (rating == NoRating || Ratings[rating] == entry.Rating)
            && (!timed || (seconds is >= 0 and < NoTime && seconds * MillisecondsASecond == timestamp));
    }
}
