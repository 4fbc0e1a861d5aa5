using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace CranePipeline.Ingest.Splits;

/// <summary>
/// MD5 (RFC 1321) of several short messages at once, one a vector lane. A split hashes every interaction, so this is where its
/// time goes; used for order only, never for security.
/// </summary>
internal static class Md5Lanes
{
    /// <summary>The longest message that fits one block.</summary>
    public const int LongestMessage = 55;

    /// <summary>How many messages are hashed at once.</summary>
    public static int Lanes => 2 * Vector<uint>.Count;

    /// <summary>Hashes one padded block a lane: two vectors of them, since each step of MD5 waits for the one before it.</summary>
    /// <param name="words">Word j of lane l's block in lane l of entry j, 16 of them, and the second vector's behind them.</param>
    /// <param name="digests">
    /// The digests' bytes 0-3, as little-endian numbers, of the first vector and of the second.
    /// </param>
    [SkipLocalsInit]
    public static void Hash(ReadOnlySpan<Vector<uint>> words, Span<Vector<uint>> digests)
    {
        words = words[..32];
        digests = digests[..2];
        Vector<uint> a0 = new(0x67452301);
        Vector<uint> b0 = new(0xEFCDAB89);
        Vector<uint> c0 = new(0x98BADCFE);
        Vector<uint> d0 = new(0x10325476);
        Vector<uint> a1 = a0;
        Vector<uint> b1 = b0;
        Vector<uint> c1 = c0;
        Vector<uint> d1 = d0;
        Vector<uint> k;
        k = new Vector<uint>(0xD76AA478);
        a0 = b0 + Turn(a0 + words[0] + k + F(b0, c0, d0), 7);
        a1 = b1 + Turn(a1 + words[16] + k + F(b1, c1, d1), 7);
        k = new Vector<uint>(0xE8C7B756);
        d0 = a0 + Turn(d0 + words[1] + k + F(a0, b0, c0), 12);
        d1 = a1 + Turn(d1 + words[17] + k + F(a1, b1, c1), 12);
        k = new Vector<uint>(0x242070DB);
        c0 = d0 + Turn(c0 + words[2] + k + F(d0, a0, b0), 17);
        c1 = d1 + Turn(c1 + words[18] + k + F(d1, a1, b1), 17);
        k = new Vector<uint>(0xC1BDCEEE);
        b0 = c0 + Turn(b0 + words[3] + k + F(c0, d0, a0), 22);
        b1 = c1 + Turn(b1 + words[19] + k + F(c1, d1, a1), 22);
        k = new Vector<uint>(0xF57C0FAF);
        a0 = b0 + Turn(a0 + words[4] + k + F(b0, c0, d0), 7);
        a1 = b1 + Turn(a1 + words[20] + k + F(b1, c1, d1), 7);
        k = new Vector<uint>(0x4787C62A);
        d0 = a0 + Turn(d0 + words[5] + k + F(a0, b0, c0), 12);
        d1 = a1 + Turn(d1 + words[21] + k + F(a1, b1, c1), 12);
        k = new Vector<uint>(0xA8304613);
        c0 = d0 + Turn(c0 + words[6] + k + F(d0, a0, b0), 17);
        c1 = d1 + Turn(c1 + words[22] + k + F(d1, a1, b1), 17);
        k = new Vector<uint>(0xFD469501);
        b0 = c0 + Turn(b0 + words[7] + k + F(c0, d0, a0), 22);
        b1 = c1 + Turn(b1 + words[23] + k + F(c1, d1, a1), 22);
        k = new Vector<uint>(0x698098D8);
        a0 = b0 + Turn(a0 + words[8] + k + F(b0, c0, d0), 7);
        a1 = b1 + Turn(a1 + words[24] + k + F(b1, c1, d1), 7);
        k = new Vector<uint>(0x8B44F7AF);
        d0 = a0 + Turn(d0 + words[9] + k + F(a0, b0, c0), 12);
        d1 = a1 + Turn(d1 + words[25] + k + F(a1, b1, c1), 12);
        k = new Vector<uint>(0xFFFF5BB1);
        c0 = d0 + Turn(c0 + words[10] + k + F(d0, a0, b0), 17);
        c1 = d1 + Turn(c1 + words[26] + k + F(d1, a1, b1), 17);
        k = new Vector<uint>(0x895CD7BE);
        b0 = c0 + Turn(b0 + words[11] + k + F(c0, d0, a0), 22);
        b1 = c1 + Turn(b1 + words[27] + k + F(c1, d1, a1), 22);
        k = new Vector<uint>(0x6B901122);
        a0 = b0 + Turn(a0 + words[12] + k + F(b0, c0, d0), 7);
        a1 = b1 + Turn(a1 + words[28] + k + F(b1, c1, d1), 7);
        k = new Vector<uint>(0xFD987193);
        d0 = a0 + Turn(d0 + words[13] + k + F(a0, b0, c0), 12);
        d1 = a1 + Turn(d1 + words[29] + k + F(a1, b1, c1), 12);
        k = new Vector<uint>(0xA679438E);
        c0 = d0 + Turn(c0 + words[14] + k + F(d0, a0, b0), 17);
        c1 = d1 + Turn(c1 + words[30] + k + F(d1, a1, b1), 17);
        k = new Vector<uint>(0x49B40821);
        b0 = c0 + Turn(b0 + words[15] + k + F(c0, d0, a0), 22);
        b1 = c1 + Turn(b1 + words[31] + k + F(c1, d1, a1), 22);
        k = new Vector<uint>(0xF61E2562);
        a0 = b0 + Turn(a0 + words[1] + k + G(b0, c0, d0), 5);
        a1 = b1 + Turn(a1 + words[17] + k + G(b1, c1, d1), 5);
        k = new Vector<uint>(0xC040B340);
        d0 = a0 + Turn(d0 + words[6] + k + G(a0, b0, c0), 9);
        d1 = a1 + Turn(d1 + words[22] + k + G(a1, b1, c1), 9);
        k = new Vector<uint>(0x265E5A51);
        c0 = d0 + Turn(c0 + words[11] + k + G(d0, a0, b0), 14);
        c1 = d1 + Turn(c1 + words[27] + k + G(d1, a1, b1), 14);
        k = new Vector<uint>(0xE9B6C7AA);
        b0 = c0 + Turn(b0 + words[0] + k + G(c0, d0, a0), 20);
        b1 = c1 + Turn(b1 + words[16] + k + G(c1, d1, a1), 20);
        k = new Vector<uint>(0xD62F105D);
        a0 = b0 + Turn(a0 + words[5] + k + G(b0, c0, d0), 5);
        a1 = b1 + Turn(a1 + words[21] + k + G(b1, c1, d1), 5);
        k = new Vector<uint>(0x02441453);
        d0 = a0 + Turn(d0 + words[10] + k + G(a0, b0, c0), 9);
        d1 = a1 + Turn(d1 + words[26] + k + G(a1, b1, c1), 9);
        k = new Vector<uint>(0xD8A1E681);
        c0 = d0 + Turn(c0 + words[15] + k + G(d0, a0, b0), 14);
        c1 = d1 + Turn(c1 + words[31] + k + G(d1, a1, b1), 14);
        k = new Vector<uint>(0xE7D3FBC8);
        b0 = c0 + Turn(b0 + words[4] + k + G(c0, d0, a0), 20);
        b1 = c1 + Turn(b1 + words[20] + k + G(c1, d1, a1), 20);
        k = new Vector<uint>(0x21E1CDE6);
        a0 = b0 + Turn(a0 + words[9] + k + G(b0, c0, d0), 5);
        a1 = b1 + Turn(a1 + words[25] + k + G(b1, c1, d1), 5);
        k = new Vector<uint>(0xC33707D6);
        d0 = a0 + Turn(d0 + words[14] + k + G(a0, b0, c0), 9);
        d1 = a1 + Turn(d1 + words[30] + k + G(a1, b1, c1), 9);
        k = new Vector<uint>(0xF4D50D87);
        c0 = d0 + Turn(c0 + words[3] + k + G(d0, a0, b0), 14);
        c1 = d1 + Turn(c1 + words[19] + k + G(d1, a1, b1), 14);
        k = new Vector<uint>(0x455A14ED);
        b0 = c0 + Turn(b0 + words[8] + k + G(c0, d0, a0), 20);
        b1 = c1 + Turn(b1 + words[24] + k + G(c1, d1, a1), 20);
        k = new Vector<uint>(0xA9E3E905);
        a0 = b0 + Turn(a0 + words[13] + k + G(b0, c0, d0), 5);
        a1 = b1 + Turn(a1 + words[29] + k + G(b1, c1, d1), 5);
        k = new Vector<uint>(0xFCEFA3F8);
        d0 = a0 + Turn(d0 + words[2] + k + G(a0, b0, c0), 9);
        d1 = a1 + Turn(d1 + words[18] + k + G(a1, b1, c1), 9);
        k = new Vector<uint>(0x676F02D9);
        c0 = d0 + Turn(c0 + words[7] + k + G(d0, a0, b0), 14);
        c1 = d1 + Turn(c1 + words[23] + k + G(d1, a1, b1), 14);
        k = new Vector<uint>(0x8D2A4C8A);
        b0 = c0 + Turn(b0 + words[12] + k + G(c0, d0, a0), 20);
        b1 = c1 + Turn(b1 + words[28] + k + G(c1, d1, a1), 20);
        k = new Vector<uint>(0xFFFA3942);
        a0 = b0 + Turn(a0 + words[5] + k + H(b0, c0, d0), 4);
        a1 = b1 + Turn(a1 + words[21] + k + H(b1, c1, d1), 4);
        k = new Vector<uint>(0x8771F681);
        d0 = a0 + Turn(d0 + words[8] + k + H(a0, b0, c0), 11);
        d1 = a1 + Turn(d1 + words[24] + k + H(a1, b1, c1), 11);
        k = new Vector<uint>(0x6D9D6122);
        c0 = d0 + Turn(c0 + words[11] + k + H(d0, a0, b0), 16);
        c1 = d1 + Turn(c1 + words[27] + k + H(d1, a1, b1), 16);
        k = new Vector<uint>(0xFDE5380C);
        b0 = c0 + Turn(b0 + words[14] + k + H(c0, d0, a0), 23);
        b1 = c1 + Turn(b1 + words[30] + k + H(c1, d1, a1), 23);
        k = new Vector<uint>(0xA4BEEA44);
        a0 = b0 + Turn(a0 + words[1] + k + H(b0, c0, d0), 4);
        a1 = b1 + Turn(a1 + words[17] + k + H(b1, c1, d1), 4);
        k = new Vector<uint>(0x4BDECFA9);
        d0 = a0 + Turn(d0 + words[4] + k + H(a0, b0, c0), 11);
        d1 = a1 + Turn(d1 + words[20] + k + H(a1, b1, c1), 11);
        k = new Vector<uint>(0xF6BB4B60);
        c0 = d0 + Turn(c0 + words[7] + k + H(d0, a0, b0), 16);
        c1 = d1 + Turn(c1 + words[23] + k + H(d1, a1, b1), 16);
        k = new Vector<uint>(0xBEBFBC70);
        b0 = c0 + Turn(b0 + words[10] + k + H(c0, d0, a0), 23);
        b1 = c1 + Turn(b1 + words[26] + k + H(c1, d1, a1), 23);
        k = new Vector<uint>(0x289B7EC6);
        a0 = b0 + Turn(a0 + words[13] + k + H(b0, c0, d0), 4);
        a1 = b1 + Turn(a1 + words[29] + k + H(b1, c1, d1), 4);
        k = new Vector<uint>(0xEAA127FA);
        d0 = a0 + Turn(d0 + words[0] + k + H(a0, b0, c0), 11);
        d1 = a1 + Turn(d1 + words[16] + k + H(a1, b1, c1), 11);
        k = new Vector<uint>(0xD4EF3085);
        c0 = d0 + Turn(c0 + words[3] + k + H(d0, a0, b0), 16);
        c1 = d1 + Turn(c1 + words[19] + k + H(d1, a1, b1), 16);
        k = new Vector<uint>(0x04881D05);
        b0 = c0 + Turn(b0 + words[6] + k + H(c0, d0, a0), 23);
        b1 = c1 + Turn(b1 + words[22] + k + H(c1, d1, a1), 23);
        k = new Vector<uint>(0xD9D4D039);
        a0 = b0 + Turn(a0 + words[9] + k + H(b0, c0, d0), 4);
        a1 = b1 + Turn(a1 + words[25] + k + H(b1, c1, d1), 4);
        k = new Vector<uint>(0xE6DB99E5);
        d0 = a0 + Turn(d0 + words[12] + k + H(a0, b0, c0), 11);
        d1 = a1 + Turn(d1 + words[28] + k + H(a1, b1, c1), 11);
        k = new Vector<uint>(0x1FA27CF8);
        c0 = d0 + Turn(c0 + words[15] + k + H(d0, a0, b0), 16);
        c1 = d1 + Turn(c1 + words[31] + k + H(d1, a1, b1), 16);
        k = new Vector<uint>(0xC4AC5665);
        b0 = c0 + Turn(b0 + words[2] + k + H(c0, d0, a0), 23);
        b1 = c1 + Turn(b1 + words[18] + k + H(c1, d1, a1), 23);
        k = new Vector<uint>(0xF4292244);
        a0 = b0 + Turn(a0 + words[0] + k + I(b0, c0, d0), 6);
        a1 = b1 + Turn(a1 + words[16] + k + I(b1, c1, d1), 6);
        k = new Vector<uint>(0x432AFF97);
        d0 = a0 + Turn(d0 + words[7] + k + I(a0, b0, c0), 10);
        d1 = a1 + Turn(d1 + words[23] + k + I(a1, b1, c1), 10);
        k = new Vector<uint>(0xAB9423A7);
        c0 = d0 + Turn(c0 + words[14] + k + I(d0, a0, b0), 15);
        c1 = d1 + Turn(c1 + words[30] + k + I(d1, a1, b1), 15);
        k = new Vector<uint>(0xFC93A039);
        b0 = c0 + Turn(b0 + words[5] + k + I(c0, d0, a0), 21);
        b1 = c1 + Turn(b1 + words[21] + k + I(c1, d1, a1), 21);
        k = new Vector<uint>(0x655B59C3);
        a0 = b0 + Turn(a0 + words[12] + k + I(b0, c0, d0), 6);
        a1 = b1 + Turn(a1 + words[28] + k + I(b1, c1, d1), 6);
        k = new Vector<uint>(0x8F0CCC92);
        d0 = a0 + Turn(d0 + words[3] + k + I(a0, b0, c0), 10);
        d1 = a1 + Turn(d1 + words[19] + k + I(a1, b1, c1), 10);
        k = new Vector<uint>(0xFFEFF47D);
        c0 = d0 + Turn(c0 + words[10] + k + I(d0, a0, b0), 15);
        c1 = d1 + Turn(c1 + words[26] + k + I(d1, a1, b1), 15);
        k = new Vector<uint>(0x85845DD1);
        b0 = c0 + Turn(b0 + words[1] + k + I(c0, d0, a0), 21);
        b1 = c1 + Turn(b1 + words[17] + k + I(c1, d1, a1), 21);
        k = new Vector<uint>(0x6FA87E4F);
        a0 = b0 + Turn(a0 + words[8] + k + I(b0, c0, d0), 6);
        a1 = b1 + Turn(a1 + words[24] + k + I(b1, c1, d1), 6);
        k = new Vector<uint>(0xFE2CE6E0);
        d0 = a0 + Turn(d0 + words[15] + k + I(a0, b0, c0), 10);
        d1 = a1 + Turn(d1 + words[31] + k + I(a1, b1, c1), 10);
        k = new Vector<uint>(0xA3014314);
        c0 = d0 + Turn(c0 + words[6] + k + I(d0, a0, b0), 15);
        c1 = d1 + Turn(c1 + words[22] + k + I(d1, a1, b1), 15);
        k = new Vector<uint>(0x4E0811A1);
        b0 = c0 + Turn(b0 + words[13] + k + I(c0, d0, a0), 21);
        b1 = c1 + Turn(b1 + words[29] + k + I(c1, d1, a1), 21);
        k = new Vector<uint>(0xF7537E82);
        a0 = b0 + Turn(a0 + words[4] + k + I(b0, c0, d0), 6);
        a1 = b1 + Turn(a1 + words[20] + k + I(b1, c1, d1), 6);
        // The last three steps make the digest's other words.
        digests[0] = a0 + new Vector<uint>(0x67452301);
        digests[1] = a1 + new Vector<uint>(0x67452301);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<uint> F(Vector<uint> x, Vector<uint> y, Vector<uint> z) => z ^ (x & (y ^ z));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<uint> G(Vector<uint> x, Vector<uint> y, Vector<uint> z) => (x & z) | Vector.AndNot(y, z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<uint> H(Vector<uint> x, Vector<uint> y, Vector<uint> z) => x ^ (y ^ z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<uint> I(Vector<uint> x, Vector<uint> y, Vector<uint> z) => y ^ (x | ~z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<uint> Turn(Vector<uint> value, [ConstantExpected] int bits) =>
        (value << bits) | (value >>> (32 - bits));
}
