using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Text;
using CranePipeline.Ingest.Rows;

namespace CranePipeline.Ingest.Splits;

/// <summary>
/// Messages that differ from seed to seed in their beginning alone, <c>seed|user|item</c>, laid out for <see cref="Md5Lanes"/>: what comes
/// behind the seed is written and turned into words by lanes once, and only shifted to its place for a seed.
/// </summary>
internal sealed unsafe class Md5Messages : IDisposable
{
    /// <summary>The most messages it holds: whole calls of <see cref="Md5Lanes"/> whatever a vector's width, and small enough to stay near.</summary>
    public const int Capacity = 240;

    private const int BlockBytes = 64;

    // A message's first bytes and the others are kept apart, since most have no others.
    private const int HalfBytes = BlockBytes / 2;
    private const int HalfWords = WordTranspose.Words;
    private const int LengthWord = 14;
    private const int Half = Capacity * HalfBytes;
    private const int MemoryBytes = 4 * Half + 2 * BlockBytes + (2 * Capacity) * sizeof(uint) + 64 * 64;

    private readonly NativeBuffer<Vector512<byte>> memory = new(MemoryBytes / BlockBytes);
    private readonly byte* firstRows;
    private readonly byte* otherRows;
    private readonly Vector<uint>* firstColumns;
    private readonly Vector<uint>* otherColumns;
    private readonly uint* bits;
    private readonly uint* keys;
    private readonly Vector<uint>* words;
    private int count;
    private int longest;
    private bool hasOthers;

    public Md5Messages()
    {
        memory.Span.Clear();
        firstRows = (byte*)memory.Pointer;
        // Behind the last row there is room for what a shorter end brings along.
        otherRows = firstRows + Half + BlockBytes;
        firstColumns = (Vector<uint>*)(otherRows + Half);
        otherColumns = (Vector<uint>*)((byte*)firstColumns + Half);
        bits = (uint*)((byte*)otherColumns + Half);
        keys = bits + Capacity;
        words = (Vector<uint>*)(keys + Capacity);
    }

    public void Dispose() => memory.Dispose();

    /// <summary>Writes neighbouring messages of one beginning, as far as their ends are short.</summary>
    /// <param name="first">The first message's place; those before it have been written.</param>
    /// <param name="last">The place behind the last.</param>
    /// <param name="head">What follows the seed.</param>
    /// <param name="headLength">Its length; more than 31 bytes are not short.</param>
    /// <param name="endPlaces">Where an end's bytes go, as <see cref="MessageHeads.EndPlacesOf"/> has it.</param>
    /// <param name="items">The end of each message, by its place.</param>
    /// <param name="ends">The ends, as <see cref="ItemBlocks"/> has them.</param>
    /// <returns>The first place with an end that is too long, or <paramref name="last"/>.</returns>
    public int WriteShort(
        int first,
        int last,
        Vector256<byte> head,
        int headLength,
        Vector256<byte> endPlaces,
        ReadOnlySpan<int> items,
        Vector128<byte>* ends
    )
    {
        for (int place = first; place < last; place++)
        {
            Vector128<byte>* end = ends + items[place];
            int length = headLength + ((byte*)end)[ItemBlocks.LengthByte];
            if (length >= HalfBytes)
            {
                return place;
            }

            byte* row = firstRows + place * HalfBytes;
            if (Avx2.IsSupported)
            {
                // Bytes that are no index give zeros.
                (head | Avx2.Shuffle(Avx2.BroadcastVector128ToVector256((byte*)end), endPlaces)).StoreAligned(row);
            }
            else
            {
                head.Store(row);
                // Zeros that reach into the next row are written over with it.
                (*end & ItemBlocks.Text).Store(row + headLength);
            }

            bits[place] = (uint)length * 8;
        }

        return last;
    }

    /// <summary>Writes a message, whatever it is.</summary>
    /// <returns>Whether it has no more than <paramref name="most"/> bytes; otherwise its hash will be nothing.</returns>
    public bool Write(int place, ReadOnlySpan<byte> head, string end, int most)
    {
        Span<byte> message = stackalloc byte[BlockBytes];
        message.Clear();
        int length = 0;
        bool fits = head.Length <= most && Encoding.UTF8.TryGetBytes(end, message[head.Length..most], out length);
        if (fits)
        {
            head.CopyTo(message);
            length += head.Length;
        }
        else
        {
            message.Clear();
            length = 0;
        }

        message[length] = 0x80;
        message[..HalfBytes].CopyTo(new Span<byte>(firstRows + place * HalfBytes, HalfBytes));
        if (length >= HalfBytes)
        {
            message[HalfBytes..].CopyTo(new Span<byte>(otherRows + place * HalfBytes, HalfBytes));
            hasOthers = true;
        }

        bits[place] = (uint)length * 8;
        return fits;
    }

    /// <summary>Turns what was written into words by lanes; to be called once before messages are hashed.</summary>
    /// <param name="messages">How many messages there are.</param>
    public void Arrange(int messages)
    {
        count = messages;
        longest = 0;
        foreach (uint length in new ReadOnlySpan<uint>(bits, count))
        {
            longest = Math.Max(longest, (int)length / 8);
        }

        WordTranspose.Run(firstRows, firstColumns, count);
        if (longest >= HalfBytes)
        {
            WordTranspose.Run(otherRows, otherColumns, count);
        }

        // For the next messages.
        if (hasOthers)
        {
            new Span<byte>(otherRows, Half).Clear();
            hasOthers = false;
        }
    }

    /// <summary>Hashes every message with a beginning before it; both together have no more than <see cref="Md5Lanes.LongestMessage"/> bytes.</summary>
    /// <param name="prefix">The beginning.</param>
    /// <param name="soon">Items of messages to come.</param>
    /// <param name="ends">The ends, as <see cref="ItemBlocks"/> has them; those of the items to come are asked for meanwhile.</param>
    /// <returns>The digests' first four bytes as big-endian numbers, good until the next call.</returns>
    public Span<uint> Hash(ReadOnlySpan<byte> prefix, ReadOnlySpan<int> soon, Vector128<byte>* ends)
    {
        if (prefix.Length + longest < HalfBytes)
        {
            Hash<ShortBlock>(prefix, soon, ends);
        }
        else
        {
            Hash<LongBlock>(prefix, soon, ends);
        }

        Span<uint> made = new(keys, count);
        BinaryPrimitives.ReverseEndianness(made, made);
        return made;
    }

    [SkipLocalsInit]
    private void Hash<TBlock>(ReadOnlySpan<byte> prefix, ReadOnlySpan<int> soon, Vector128<byte>* ends)
        where TBlock : IMd5Block
    {
        Span<uint> begin = stackalloc uint[Md5Lanes.BlockWords];
        begin.Clear();
        prefix.CopyTo(MemoryMarshal.AsBytes(begin));
        int whole = prefix.Length / sizeof(uint);
        int shift = prefix.Length % sizeof(uint) * 8;
        for (int word = 0; word < Md5Lanes.Vectors * Md5Lanes.BlockWords; word++)
        {
            words[word] = new Vector<uint>(begin[word % Md5Lanes.BlockWords]);
        }

        Vector<uint> rest = new(begin[whole]);
        Vector<uint> prefixBits = new((uint)prefix.Length * 8);
        int lanes = Vector<uint>.Count;
        int fetched = 0;
        for (int at = 0; at < count; at += Md5Lanes.Lanes)
        {
            // Items lie anywhere: a few at a time, as no more can be under way at once, and they are there when their turn comes.
            int until = Math.Min(soon.Length, soon.Length * (at + Md5Lanes.Lanes) / count);
            for (; Sse.IsSupported && fetched < until; fetched++)
            {
                Sse.Prefetch0(ends + soon[fetched]);
            }

            for (int vector = 0; vector < Md5Lanes.Vectors; vector++)
            {
                int row = at + vector * lanes;
                Vector<uint>* target = words + vector * Md5Lanes.BlockWords;
                Vector<uint> carry = Shift(firstColumns + row / lanes * HalfWords, target + whole, rest, shift);
                target[whole + HalfWords] = carry;
                Vector<uint>* others = otherColumns + row / lanes * HalfWords;
                // As many as there is room for; what would follow lies behind the longest message.
                for (int word = whole + HalfWords; longest >= HalfBytes && word < LengthWord; word++, others++)
                {
                    target[word] = (*others << shift) | carry;
                    carry = (*others >>> 1) >>> (31 - shift);
                }

                words[vector * Md5Lanes.BlockWords + LengthWord] = Vector.Load(bits + row) + prefixBits;
            }

            Md5Lanes.Hash<TBlock>(words, (Vector<uint>*)(keys + at));
        }
    }

    /// <summary>Moves eight words by less than a word's bits, and returns what is left over.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<uint> Shift(Vector<uint>* source, Vector<uint>* target, Vector<uint> carry, int shift)
    {
        for (int word = 0; word < HalfWords; word += 4)
        {
            Vector<uint> word0 = source[word];
            Vector<uint> word1 = source[word + 1];
            Vector<uint> word2 = source[word + 2];
            Vector<uint> word3 = source[word + 3];
            // In two steps, as a shift by a whole word would be none.
            target[word] = (word0 << shift) | carry;
            target[word + 1] = (word1 << shift) | ((word0 >>> 1) >>> (31 - shift));
            target[word + 2] = (word2 << shift) | ((word1 >>> 1) >>> (31 - shift));
            target[word + 3] = (word3 << shift) | ((word2 >>> 1) >>> (31 - shift));
            carry = (word3 >>> 1) >>> (31 - shift);
        }

        return carry;
    }
}
