using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CranePipeline.Ingest.Splits;

/// <summary>
/// Messages that begin alike, laid out for <see cref="Md5Lanes"/>: each is written as its bytes lie, 64 to a lane, and all of them are turned
/// into words by lanes at once.
/// </summary>
internal unsafe struct Md5Messages
{
    /// <summary>The memory an instance needs.</summary>
    public const int MemoryBytes = (2 * MostLanes + 1) * BlockBytes + MostLanes * sizeof(uint) + BlockBytes;

    private const int BlockBytes = 64;
    private const int BlockWords = BlockBytes / sizeof(uint);
    private const int MostLanes = 32;

    // Sixteen bytes from here on must lie before the length in the block's last eight.
    private const int LongestShared = 40;
    private readonly byte* shared;
    private readonly byte* messages;
    private readonly Vector<uint>* words;
    private readonly uint* lengths;
    private int sharedLength;
    private int longest;

    /// <summary>Works in memory that outlives the instance.</summary>
    public Md5Messages(byte* memory)
    {
        // A vector's load that crosses two cache lines costs twice.
        memory += (BlockBytes - (nint)memory % BlockBytes) % BlockBytes;
        new Span<byte>(memory, MemoryBytes - BlockBytes).Clear();
        shared = memory;
        messages = shared + BlockBytes;
        words = (Vector<uint>*)(messages + MostLanes * BlockBytes);
        lengths = (uint*)(words + 2 * BlockWords);
    }

    /// <summary>Sets what the messages to come begin with: <c>prefix user|</c>.</summary>
    /// <returns>Whether there is room for it and sixteen bytes behind it.</returns>
    public bool Share(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> user)
    {
        sharedLength = prefix.Length + user.Length + 1;
        if (sharedLength > LongestShared)
        {
            return false;
        }

        Span<byte> block = new(shared, BlockBytes);
        block.Clear();
        prefix.CopyTo(block);
        user.CopyTo(block[prefix.Length..]);
        block[sharedLength - 1] = (byte)'|';
        return true;
    }

    /// <summary>Lays out a lane's message.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="end">The message's end as <see cref="IdBytes.Blocks"/> has it: with MD5's end mark behind it.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int lane, Vector128<byte> end)
    {
        byte* message = messages + lane * BlockBytes;
        Vector256.Load(shared).StoreAligned(message);
        Vector256.Load(shared + BlockBytes / 2).StoreAligned(message + BlockBytes / 2);
        end.Store(message + sharedLength);
        ulong tail = end.AsUInt64().GetElement(1);
        // The end mark is the last byte that is not zero.
        int length =
            sharedLength
            + (
                tail != 0
                    ? 15 - BitOperations.LeadingZeroCount(tail) / 8
                    : 7 - BitOperations.LeadingZeroCount(end.AsUInt64().ToScalar()) / 8
            );
        lengths[lane] = (uint)length * 8;
        longest = Math.Max(longest, length);
    }

    /// <summary>Hashes what lies in the lanes.</summary>
    /// <param name="digests">The digests' first four bytes as big-endian numbers, one a lane.</param>
    public void Hash(Span<uint> digests)
    {
        int width = Vector<uint>.Count;
        for (int half = 0; half < 2; half++)
        {
            uint* rows = (uint*)messages + half * width * BlockWords;
            Vector<uint>* columns = words + half * BlockWords;
            if (Avx2.IsSupported && width == Vector256<uint>.Count)
            {
                Transpose(rows, (uint*)columns);
                if (longest >= BlockBytes / 2)
                {
                    Transpose(rows + 8, (uint*)(columns + 8));
                }
                else
                {
                    new Span<Vector<uint>>(columns + 8, 6).Clear();
                }
            }
            else
            {
                Spread(rows, (uint*)columns, width);
            }

            columns[14] = Vector.Load(lengths + half * width);
            columns[15] = Vector<uint>.Zero;
        }

        longest = 0;
        Md5Lanes.Hash(new ReadOnlySpan<Vector<uint>>(words, 2 * BlockWords), MemoryMarshal.Cast<uint, Vector<uint>>(digests));
        foreach (ref uint digest in digests)
        {
            digest = BinaryPrimitives.ReverseEndianness(digest);
        }
    }

    private static void Spread(uint* rows, uint* columns, int width)
    {
        for (int lane = 0; lane < width; lane++)
        {
            for (int word = 0; word < BlockWords; word++)
            {
                columns[word * width + lane] = rows[lane * BlockWords + word];
            }
        }
    }

    /// <summary>Eight words of eight rows.</summary>
    private static void Transpose(uint* rows, uint* columns)
    {
        (Vector256<ulong> a0, Vector256<ulong> a1, Vector256<ulong> a2, Vector256<ulong> a3) = Four(rows);
        (Vector256<ulong> b0, Vector256<ulong> b1, Vector256<ulong> b2, Vector256<ulong> b3) = Four(rows + 4 * BlockWords);
        Store(a0, b0, columns, 0);
        Store(a1, b1, columns, 1);
        Store(a2, b2, columns, 2);
        Store(a3, b3, columns, 3);
    }

    /// <summary>Of four rows words 0 and 4, 1 and 5, 2 and 6, 3 and 7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<ulong>, Vector256<ulong>, Vector256<ulong>, Vector256<ulong>) Four(uint* rows)
    {
        Vector256<uint> row0 = Vector256.LoadAligned(rows);
        Vector256<uint> row1 = Vector256.LoadAligned(rows + BlockWords);
        Vector256<uint> row2 = Vector256.LoadAligned(rows + 2 * BlockWords);
        Vector256<uint> row3 = Vector256.LoadAligned(rows + 3 * BlockWords);
        Vector256<ulong> low01 = Avx2.UnpackLow(row0, row1).AsUInt64();
        Vector256<ulong> low23 = Avx2.UnpackLow(row2, row3).AsUInt64();
        Vector256<ulong> high01 = Avx2.UnpackHigh(row0, row1).AsUInt64();
        Vector256<ulong> high23 = Avx2.UnpackHigh(row2, row3).AsUInt64();
        return (
            Avx2.UnpackLow(low01, low23),
            Avx2.UnpackHigh(low01, low23),
            Avx2.UnpackLow(high01, high23),
            Avx2.UnpackHigh(high01, high23)
        );
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<ulong> first, Vector256<ulong> second, uint* columns, int word)
    {
        Avx2.Permute2x128(first, second, 0x20).AsUInt32().StoreAligned(columns + word * 8);
        Avx2.Permute2x128(first, second, 0x31).AsUInt32().StoreAligned(columns + (word + 4) * 8);
    }
}
