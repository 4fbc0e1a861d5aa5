using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CranePipeline.Ingest.Splits;

/// <summary>
/// MD5 (RFC 1321) of several short messages at once, one a vector lane. A split hashes every interaction, so this is where its
/// time goes; used for order only, never for security.
/// </summary>
internal static unsafe class Md5Lanes
{
    /// <summary>The longest message that fits one block.</summary>
    public const int LongestMessage = 55;

    /// <summary>Words of a block.</summary>
    public const int BlockWords = 16;

    /// <summary>How many vectors are hashed at once, since each step of MD5 waits for the one before it.</summary>
    public const int Vectors = 3;

    /// <summary>How many messages are hashed at once.</summary>
    public static int Lanes => Vectors * Vector<uint>.Count;

    /// <summary>Hashes one padded block a lane.</summary>
    /// <typeparam name="TBlock">Which words may be other than zero.</typeparam>
    /// <param name="words">Word j of the block in lane l of vector v in lane l of entry 16 v + j.</param>
    /// <param name="digests">The digests' bytes 0-3 as little-endian numbers, vector by vector.</param>
    [SkipLocalsInit]
    public static void Hash<TBlock>(Vector<uint>* words, Vector<uint>* digests)
        where TBlock : IMd5Block
    {
        State state = new(Trio.Of(new(0x67452301)), Trio.Of(new(0xEFCDAB89)), Trio.Of(new(0x98BADCFE)), Trio.Of(new(0x10325476)));
        // Round by round the compiler takes each word from memory where it is needed; of all 64 steps together it would copy them to the stack.
        First<TBlock>(&state, words);
        Second<TBlock>(&state, words);
        Third<TBlock>(&state, words);
        Fourth<TBlock>(&state, words);
        digests[0] = state.A.X + new Vector<uint>(0x67452301);
        digests[1] = state.A.Y + new Vector<uint>(0x67452301);
        digests[2] = state.A.Z + new Vector<uint>(0x67452301);
    }

    [SkipLocalsInit, MethodImpl(MethodImplOptions.NoInlining)]
    private static void First<TBlock>(State* state, Vector<uint>* words)
        where TBlock : IMd5Block
    {
        (Trio a, Trio b, Trio c, Trio d) = (state->A, state->B, state->C, state->D);
        a = F<TBlock>(a, b, c, d, words, 0, 0xD76AA478, 7);
        d = F<TBlock>(d, a, b, c, words, 1, 0xE8C7B756, 12);
        c = F<TBlock>(c, d, a, b, words, 2, 0x242070DB, 17);
        b = F<TBlock>(b, c, d, a, words, 3, 0xC1BDCEEE, 22);
        a = F<TBlock>(a, b, c, d, words, 4, 0xF57C0FAF, 7);
        d = F<TBlock>(d, a, b, c, words, 5, 0x4787C62A, 12);
        c = F<TBlock>(c, d, a, b, words, 6, 0xA8304613, 17);
        b = F<TBlock>(b, c, d, a, words, 7, 0xFD469501, 22);
        a = F<TBlock>(a, b, c, d, words, 8, 0x698098D8, 7);
        d = F<TBlock>(d, a, b, c, words, 9, 0x8B44F7AF, 12);
        c = F<TBlock>(c, d, a, b, words, 10, 0xFFFF5BB1, 17);
        b = F<TBlock>(b, c, d, a, words, 11, 0x895CD7BE, 22);
        a = F<TBlock>(a, b, c, d, words, 12, 0x6B901122, 7);
        d = F<TBlock>(d, a, b, c, words, 13, 0xFD987193, 12);
        c = F<TBlock>(c, d, a, b, words, 14, 0xA679438E, 17);
        b = F<TBlock>(b, c, d, a, words, 15, 0x49B40821, 22);
        *state = new State(a, b, c, d);
    }

    [SkipLocalsInit, MethodImpl(MethodImplOptions.NoInlining)]
    private static void Second<TBlock>(State* state, Vector<uint>* words)
        where TBlock : IMd5Block
    {
        (Trio a, Trio b, Trio c, Trio d) = (state->A, state->B, state->C, state->D);
        a = G<TBlock>(a, b, c, d, words, 1, 0xF61E2562, 5);
        d = G<TBlock>(d, a, b, c, words, 6, 0xC040B340, 9);
        c = G<TBlock>(c, d, a, b, words, 11, 0x265E5A51, 14);
        b = G<TBlock>(b, c, d, a, words, 0, 0xE9B6C7AA, 20);
        a = G<TBlock>(a, b, c, d, words, 5, 0xD62F105D, 5);
        d = G<TBlock>(d, a, b, c, words, 10, 0x02441453, 9);
        c = G<TBlock>(c, d, a, b, words, 15, 0xD8A1E681, 14);
        b = G<TBlock>(b, c, d, a, words, 4, 0xE7D3FBC8, 20);
        a = G<TBlock>(a, b, c, d, words, 9, 0x21E1CDE6, 5);
        d = G<TBlock>(d, a, b, c, words, 14, 0xC33707D6, 9);
        c = G<TBlock>(c, d, a, b, words, 3, 0xF4D50D87, 14);
        b = G<TBlock>(b, c, d, a, words, 8, 0x455A14ED, 20);
        a = G<TBlock>(a, b, c, d, words, 13, 0xA9E3E905, 5);
        d = G<TBlock>(d, a, b, c, words, 2, 0xFCEFA3F8, 9);
        c = G<TBlock>(c, d, a, b, words, 7, 0x676F02D9, 14);
        b = G<TBlock>(b, c, d, a, words, 12, 0x8D2A4C8A, 20);
        *state = new State(a, b, c, d);
    }

    [SkipLocalsInit, MethodImpl(MethodImplOptions.NoInlining)]
    private static void Third<TBlock>(State* state, Vector<uint>* words)
        where TBlock : IMd5Block
    {
        (Trio a, Trio b, Trio c, Trio d) = (state->A, state->B, state->C, state->D);
        a = H<TBlock>(a, b, c, d, words, 5, 0xFFFA3942, 4);
        d = H<TBlock>(d, a, b, c, words, 8, 0x8771F681, 11);
        c = H<TBlock>(c, d, a, b, words, 11, 0x6D9D6122, 16);
        b = H<TBlock>(b, c, d, a, words, 14, 0xFDE5380C, 23);
        a = H<TBlock>(a, b, c, d, words, 1, 0xA4BEEA44, 4);
        d = H<TBlock>(d, a, b, c, words, 4, 0x4BDECFA9, 11);
        c = H<TBlock>(c, d, a, b, words, 7, 0xF6BB4B60, 16);
        b = H<TBlock>(b, c, d, a, words, 10, 0xBEBFBC70, 23);
        a = H<TBlock>(a, b, c, d, words, 13, 0x289B7EC6, 4);
        d = H<TBlock>(d, a, b, c, words, 0, 0xEAA127FA, 11);
        c = H<TBlock>(c, d, a, b, words, 3, 0xD4EF3085, 16);
        b = H<TBlock>(b, c, d, a, words, 6, 0x04881D05, 23);
        a = H<TBlock>(a, b, c, d, words, 9, 0xD9D4D039, 4);
        d = H<TBlock>(d, a, b, c, words, 12, 0xE6DB99E5, 11);
        c = H<TBlock>(c, d, a, b, words, 15, 0x1FA27CF8, 16);
        b = H<TBlock>(b, c, d, a, words, 2, 0xC4AC5665, 23);
        *state = new State(a, b, c, d);
    }

    [SkipLocalsInit, MethodImpl(MethodImplOptions.NoInlining)]
    private static void Fourth<TBlock>(State* state, Vector<uint>* words)
        where TBlock : IMd5Block
    {
        (Trio a, Trio b, Trio c, Trio d) = (state->A, state->B, state->C, state->D);
        a = I<TBlock>(a, b, c, d, words, 0, 0xF4292244, 6);
        d = I<TBlock>(d, a, b, c, words, 7, 0x432AFF97, 10);
        c = I<TBlock>(c, d, a, b, words, 14, 0xAB9423A7, 15);
        b = I<TBlock>(b, c, d, a, words, 5, 0xFC93A039, 21);
        a = I<TBlock>(a, b, c, d, words, 12, 0x655B59C3, 6);
        d = I<TBlock>(d, a, b, c, words, 3, 0x8F0CCC92, 10);
        c = I<TBlock>(c, d, a, b, words, 10, 0xFFEFF47D, 15);
        b = I<TBlock>(b, c, d, a, words, 1, 0x85845DD1, 21);
        a = I<TBlock>(a, b, c, d, words, 8, 0x6FA87E4F, 6);
        d = I<TBlock>(d, a, b, c, words, 15, 0xFE2CE6E0, 10);
        c = I<TBlock>(c, d, a, b, words, 6, 0xA3014314, 15);
        b = I<TBlock>(b, c, d, a, words, 13, 0x4E0811A1, 21);
        a = I<TBlock>(a, b, c, d, words, 4, 0xF7537E82, 6);
        // The last three steps make the digest's other words.
        *state = new State(a, b, c, d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Trio F<TBlock>(
        Trio a,
        Trio b,
        Trio c,
        Trio d,
        Vector<uint>* words,
        int word,
        uint k,
        [ConstantExpected] int bits
    )
        where TBlock : IMd5Block
    {
        a = Add<TBlock>(a, words, word, k);
        return new Trio(
            b.X + Turn(a.X + (d.X ^ (b.X & (c.X ^ d.X))), bits),
            b.Y + Turn(a.Y + (d.Y ^ (b.Y & (c.Y ^ d.Y))), bits),
            b.Z + Turn(a.Z + (d.Z ^ (b.Z & (c.Z ^ d.Z))), bits)
        );
    }

    /// <summary>RFC 1321's (b and d) or (c and not d): no bit is in both halves, so a sum will do, and the half without b can come early.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Trio G<TBlock>(
        Trio a,
        Trio b,
        Trio c,
        Trio d,
        Vector<uint>* words,
        int word,
        uint k,
        [ConstantExpected] int bits
    )
        where TBlock : IMd5Block
    {
        a = Add<TBlock>(a, words, word, k);
        return new Trio(
            b.X + Turn(a.X + Vector.AndNot(c.X, d.X) + (b.X & d.X), bits),
            b.Y + Turn(a.Y + Vector.AndNot(c.Y, d.Y) + (b.Y & d.Y), bits),
            b.Z + Turn(a.Z + Vector.AndNot(c.Z, d.Z) + (b.Z & d.Z), bits)
        );
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Trio H<TBlock>(
        Trio a,
        Trio b,
        Trio c,
        Trio d,
        Vector<uint>* words,
        int word,
        uint k,
        [ConstantExpected] int bits
    )
        where TBlock : IMd5Block
    {
        a = Add<TBlock>(a, words, word, k);
        return new Trio(
            b.X + Turn(a.X + (b.X ^ (c.X ^ d.X)), bits),
            b.Y + Turn(a.Y + (b.Y ^ (c.Y ^ d.Y)), bits),
            b.Z + Turn(a.Z + (b.Z ^ (c.Z ^ d.Z)), bits)
        );
    }

    /// <summary>RFC 1321's c xor (b or not d) is the complement of c xor (d and not b), and to add a number's complement is to take it off and one more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Trio I<TBlock>(
        Trio a,
        Trio b,
        Trio c,
        Trio d,
        Vector<uint>* words,
        int word,
        uint k,
        [ConstantExpected] int bits
    )
        where TBlock : IMd5Block
    {
        a = Add<TBlock>(a, words, word, k - 1);
        return new Trio(
            b.X + Turn(a.X - (c.X ^ Vector.AndNot(d.X, b.X)), bits),
            b.Y + Turn(a.Y - (c.Y ^ Vector.AndNot(d.Y, b.Y)), bits),
            b.Z + Turn(a.Z - (c.Z ^ Vector.AndNot(d.Z, b.Z)), bits)
        );
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Trio Add<TBlock>(Trio sum, Vector<uint>* words, int word, uint k)
        where TBlock : IMd5Block
    {
        Vector<uint> constant = new(k);
        return TBlock.IsZero(word)
            ? new Trio(sum.X + constant, sum.Y + constant, sum.Z + constant)
            : new Trio(
                sum.X + words[word] + constant,
                sum.Y + words[BlockWords + word] + constant,
                sum.Z + words[2 * BlockWords + word] + constant
            );
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<uint> Turn(Vector<uint> value, [ConstantExpected] int bits)
    {
        if (bits == 16 && Avx2.IsSupported && Vector<uint>.Count == Vector256<uint>.Count)
        {
            // One instruction where shifts take three.
            Vector128<byte> swap = Vector128.Create((byte)2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
            return Avx2.Shuffle(value.AsVector256().AsByte(), Vector256.Create(swap)).AsUInt32().AsVector();
        }

        return (value << bits) | (value >>> (32 - bits));
    }

    private readonly struct Trio(Vector<uint> x, Vector<uint> y, Vector<uint> z)
    {
        public readonly Vector<uint> X = x;
        public readonly Vector<uint> Y = y;
        public readonly Vector<uint> Z = z;

        public static Trio Of(Vector<uint> value) => new(value, value, value);
    }

    private readonly struct State(Trio a, Trio b, Trio c, Trio d)
    {
        public readonly Trio A = a;
        public readonly Trio B = b;
        public readonly Trio C = c;
        public readonly Trio D = d;
    }
}
