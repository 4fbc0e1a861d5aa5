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
    /// The digests' bytes 0-3 and 4-7, as little-endian numbers, of the first vector and then of the second: four entries.
    /// </param>
    [SkipLocalsInit]
    public static void Hash(ReadOnlySpan<Vector<uint>> words, Span<Vector<uint>> digests)
    {
        words = words[..32];
        digests = digests[..4];
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
        a0 = b0 + Turn(a0 + F(b0, c0, d0) + words[0] + k, 7);
        a1 = b1 + Turn(a1 + F(b1, c1, d1) + words[16] + k, 7);
        k = new Vector<uint>(0xE8C7B756);
        d0 = a0 + Turn(d0 + F(a0, b0, c0) + words[1] + k, 12);
        d1 = a1 + Turn(d1 + F(a1, b1, c1) + words[17] + k, 12);
        k = new Vector<uint>(0x242070DB);
        c0 = d0 + Turn(c0 + F(d0, a0, b0) + words[2] + k, 17);
        c1 = d1 + Turn(c1 + F(d1, a1, b1) + words[18] + k, 17);
        k = new Vector<uint>(0xC1BDCEEE);
        b0 = c0 + Turn(b0 + F(c0, d0, a0) + words[3] + k, 22);
        b1 = c1 + Turn(b1 + F(c1, d1, a1) + words[19] + k, 22);
        k = new Vector<uint>(0xF57C0FAF);
        a0 = b0 + Turn(a0 + F(b0, c0, d0) + words[4] + k, 7);
        a1 = b1 + Turn(a1 + F(b1, c1, d1) + words[20] + k, 7);
        k = new Vector<uint>(0x4787C62A);
        d0 = a0 + Turn(d0 + F(a0, b0, c0) + words[5] + k, 12);
        d1 = a1 + Turn(d1 + F(a1, b1, c1) + words[21] + k, 12);
        k = new Vector<uint>(0xA8304613);
        c0 = d0 + Turn(c0 + F(d0, a0, b0) + words[6] + k, 17);
        c1 = d1 + Turn(c1 + F(d1, a1, b1) + words[22] + k, 17);
        k = new Vector<uint>(0xFD469501);
        b0 = c0 + Turn(b0 + F(c0, d0, a0) + words[7] + k, 22);
        b1 = c1 + Turn(b1 + F(c1, d1, a1) + words[23] + k, 22);
        k = new Vector<uint>(0x698098D8);
        a0 = b0 + Turn(a0 + F(b0, c0, d0) + words[8] + k, 7);
        a1 = b1 + Turn(a1 + F(b1, c1, d1) + words[24] + k, 7);
        k = new Vector<uint>(0x8B44F7AF);
        d0 = a0 + Turn(d0 + F(a0, b0, c0) + words[9] + k, 12);
        d1 = a1 + Turn(d1 + F(a1, b1, c1) + words[25] + k, 12);
        k = new Vector<uint>(0xFFFF5BB1);
        c0 = d0 + Turn(c0 + F(d0, a0, b0) + words[10] + k, 17);
        c1 = d1 + Turn(c1 + F(d1, a1, b1) + words[26] + k, 17);
        k = new Vector<uint>(0x895CD7BE);
        b0 = c0 + Turn(b0 + F(c0, d0, a0) + words[11] + k, 22);
        b1 = c1 + Turn(b1 + F(c1, d1, a1) + words[27] + k, 22);
        k = new Vector<uint>(0x6B901122);
        a0 = b0 + Turn(a0 + F(b0, c0, d0) + words[12] + k, 7);
        a1 = b1 + Turn(a1 + F(b1, c1, d1) + words[28] + k, 7);
        k = new Vector<uint>(0xFD987193);
        d0 = a0 + Turn(d0 + F(a0, b0, c0) + words[13] + k, 12);
        d1 = a1 + Turn(d1 + F(a1, b1, c1) + words[29] + k, 12);
        k = new Vector<uint>(0xA679438E);
        c0 = d0 + Turn(c0 + F(d0, a0, b0) + words[14] + k, 17);
        c1 = d1 + Turn(c1 + F(d1, a1, b1) + words[30] + k, 17);
        k = new Vector<uint>(0x49B40821);
        b0 = c0 + Turn(b0 + F(c0, d0, a0) + words[15] + k, 22);
        b1 = c1 + Turn(b1 + F(c1, d1, a1) + words[31] + k, 22);
        k = new Vector<uint>(0xF61E2562);
        a0 = b0 + Turn(a0 + G(b0, c0, d0) + words[1] + k, 5);
        a1 = b1 + Turn(a1 + G(b1, c1, d1) + words[17] + k, 5);
        k = new Vector<uint>(0xC040B340);
        d0 = a0 + Turn(d0 + G(a0, b0, c0) + words[6] + k, 9);
        d1 = a1 + Turn(d1 + G(a1, b1, c1) + words[22] + k, 9);
        k = new Vector<uint>(0x265E5A51);
        c0 = d0 + Turn(c0 + G(d0, a0, b0) + words[11] + k, 14);
        c1 = d1 + Turn(c1 + G(d1, a1, b1) + words[27] + k, 14);
        k = new Vector<uint>(0xE9B6C7AA);
        b0 = c0 + Turn(b0 + G(c0, d0, a0) + words[0] + k, 20);
        b1 = c1 + Turn(b1 + G(c1, d1, a1) + words[16] + k, 20);
        k = new Vector<uint>(0xD62F105D);
        a0 = b0 + Turn(a0 + G(b0, c0, d0) + words[5] + k, 5);
        a1 = b1 + Turn(a1 + G(b1, c1, d1) + words[21] + k, 5);
        k = new Vector<uint>(0x02441453);
        d0 = a0 + Turn(d0 + G(a0, b0, c0) + words[10] + k, 9);
        d1 = a1 + Turn(d1 + G(a1, b1, c1) + words[26] + k, 9);
        k = new Vector<uint>(0xD8A1E681);
        c0 = d0 + Turn(c0 + G(d0, a0, b0) + words[15] + k, 14);
        c1 = d1 + Turn(c1 + G(d1, a1, b1) + words[31] + k, 14);
        k = new Vector<uint>(0xE7D3FBC8);
        b0 = c0 + Turn(b0 + G(c0, d0, a0) + words[4] + k, 20);
        b1 = c1 + Turn(b1 + G(c1, d1, a1) + words[20] + k, 20);
        k = new Vector<uint>(0x21E1CDE6);
        a0 = b0 + Turn(a0 + G(b0, c0, d0) + words[9] + k, 5);
        a1 = b1 + Turn(a1 + G(b1, c1, d1) + words[25] + k, 5);
        k = new Vector<uint>(0xC33707D6);
        d0 = a0 + Turn(d0 + G(a0, b0, c0) + words[14] + k, 9);
        d1 = a1 + Turn(d1 + G(a1, b1, c1) + words[30] + k, 9);
        k = new Vector<uint>(0xF4D50D87);
        c0 = d0 + Turn(c0 + G(d0, a0, b0) + words[3] + k, 14);
        c1 = d1 + Turn(c1 + G(d1, a1, b1) + words[19] + k, 14);
        k = new Vector<uint>(0x455A14ED);
        b0 = c0 + Turn(b0 + G(c0, d0, a0) + words[8] + k, 20);
        b1 = c1 + Turn(b1 + G(c1, d1, a1) + words[24] + k, 20);
        k = new Vector<uint>(0xA9E3E905);
        a0 = b0 + Turn(a0 + G(b0, c0, d0) + words[13] + k, 5);
        a1 = b1 + Turn(a1 + G(b1, c1, d1) + words[29] + k, 5);
        k = new Vector<uint>(0xFCEFA3F8);
        d0 = a0 + Turn(d0 + G(a0, b0, c0) + words[2] + k, 9);
        d1 = a1 + Turn(d1 + G(a1, b1, c1) + words[18] + k, 9);
        k = new Vector<uint>(0x676F02D9);
        c0 = d0 + Turn(c0 + G(d0, a0, b0) + words[7] + k, 14);
        c1 = d1 + Turn(c1 + G(d1, a1, b1) + words[23] + k, 14);
        k = new Vector<uint>(0x8D2A4C8A);
        b0 = c0 + Turn(b0 + G(c0, d0, a0) + words[12] + k, 20);
        b1 = c1 + Turn(b1 + G(c1, d1, a1) + words[28] + k, 20);
        k = new Vector<uint>(0xFFFA3942);
        a0 = b0 + Turn(a0 + H(b0, c0, d0) + words[5] + k, 4);
        a1 = b1 + Turn(a1 + H(b1, c1, d1) + words[21] + k, 4);
        k = new Vector<uint>(0x8771F681);
        d0 = a0 + Turn(d0 + H(a0, b0, c0) + words[8] + k, 11);
        d1 = a1 + Turn(d1 + H(a1, b1, c1) + words[24] + k, 11);
        k = new Vector<uint>(0x6D9D6122);
        c0 = d0 + Turn(c0 + H(d0, a0, b0) + words[11] + k, 16);
        c1 = d1 + Turn(c1 + H(d1, a1, b1) + words[27] + k, 16);
        k = new Vector<uint>(0xFDE5380C);
        b0 = c0 + Turn(b0 + H(c0, d0, a0) + words[14] + k, 23);
        b1 = c1 + Turn(b1 + H(c1, d1, a1) + words[30] + k, 23);
        k = new Vector<uint>(0xA4BEEA44);
        a0 = b0 + Turn(a0 + H(b0, c0, d0) + words[1] + k, 4);
        a1 = b1 + Turn(a1 + H(b1, c1, d1) + words[17] + k, 4);
        k = new Vector<uint>(0x4BDECFA9);
        d0 = a0 + Turn(d0 + H(a0, b0, c0) + words[4] + k, 11);
        d1 = a1 + Turn(d1 + H(a1, b1, c1) + words[20] + k, 11);
        k = new Vector<uint>(0xF6BB4B60);
        c0 = d0 + Turn(c0 + H(d0, a0, b0) + words[7] + k, 16);
        c1 = d1 + Turn(c1 + H(d1, a1, b1) + words[23] + k, 16);
        k = new Vector<uint>(0xBEBFBC70);
        b0 = c0 + Turn(b0 + H(c0, d0, a0) + words[10] + k, 23);
        b1 = c1 + Turn(b1 + H(c1, d1, a1) + words[26] + k, 23);
        k = new Vector<uint>(0x289B7EC6);
        a0 = b0 + Turn(a0 + H(b0, c0, d0) + words[13] + k, 4);
        a1 = b1 + Turn(a1 + H(b1, c1, d1) + words[29] + k, 4);
        k = new Vector<uint>(0xEAA127FA);
        d0 = a0 + Turn(d0 + H(a0, b0, c0) + words[0] + k, 11);
        d1 = a1 + Turn(d1 + H(a1, b1, c1) + words[16] + k, 11);
        k = new Vector<uint>(0xD4EF3085);
        c0 = d0 + Turn(c0 + H(d0, a0, b0) + words[3] + k, 16);
        c1 = d1 + Turn(c1 + H(d1, a1, b1) + words[19] + k, 16);
        k = new Vector<uint>(0x04881D05);
        b0 = c0 + Turn(b0 + H(c0, d0, a0) + words[6] + k, 23);
        b1 = c1 + Turn(b1 + H(c1, d1, a1) + words[22] + k, 23);
        k = new Vector<uint>(0xD9D4D039);
        a0 = b0 + Turn(a0 + H(b0, c0, d0) + words[9] + k, 4);
        a1 = b1 + Turn(a1 + H(b1, c1, d1) + words[25] + k, 4);
        k = new Vector<uint>(0xE6DB99E5);
        d0 = a0 + Turn(d0 + H(a0, b0, c0) + words[12] + k, 11);
        d1 = a1 + Turn(d1 + H(a1, b1, c1) + words[28] + k, 11);
        k = new Vector<uint>(0x1FA27CF8);
        c0 = d0 + Turn(c0 + H(d0, a0, b0) + words[15] + k, 16);
        c1 = d1 + Turn(c1 + H(d1, a1, b1) + words[31] + k, 16);
        k = new Vector<uint>(0xC4AC5665);
        b0 = c0 + Turn(b0 + H(c0, d0, a0) + words[2] + k, 23);
        b1 = c1 + Turn(b1 + H(c1, d1, a1) + words[18] + k, 23);
        k = new Vector<uint>(0xF4292244);
        a0 = b0 + Turn(a0 + I(b0, c0, d0) + words[0] + k, 6);
        a1 = b1 + Turn(a1 + I(b1, c1, d1) + words[16] + k, 6);
        k = new Vector<uint>(0x432AFF97);
        d0 = a0 + Turn(d0 + I(a0, b0, c0) + words[7] + k, 10);
        d1 = a1 + Turn(d1 + I(a1, b1, c1) + words[23] + k, 10);
        k = new Vector<uint>(0xAB9423A7);
        c0 = d0 + Turn(c0 + I(d0, a0, b0) + words[14] + k, 15);
        c1 = d1 + Turn(c1 + I(d1, a1, b1) + words[30] + k, 15);
        k = new Vector<uint>(0xFC93A039);
        b0 = c0 + Turn(b0 + I(c0, d0, a0) + words[5] + k, 21);
        b1 = c1 + Turn(b1 + I(c1, d1, a1) + words[21] + k, 21);
        k = new Vector<uint>(0x655B59C3);
        a0 = b0 + Turn(a0 + I(b0, c0, d0) + words[12] + k, 6);
        a1 = b1 + Turn(a1 + I(b1, c1, d1) + words[28] + k, 6);
        k = new Vector<uint>(0x8F0CCC92);
        d0 = a0 + Turn(d0 + I(a0, b0, c0) + words[3] + k, 10);
        d1 = a1 + Turn(d1 + I(a1, b1, c1) + words[19] + k, 10);
        k = new Vector<uint>(0xFFEFF47D);
        c0 = d0 + Turn(c0 + I(d0, a0, b0) + words[10] + k, 15);
        c1 = d1 + Turn(c1 + I(d1, a1, b1) + words[26] + k, 15);
        k = new Vector<uint>(0x85845DD1);
        b0 = c0 + Turn(b0 + I(c0, d0, a0) + words[1] + k, 21);
        b1 = c1 + Turn(b1 + I(c1, d1, a1) + words[17] + k, 21);
        k = new Vector<uint>(0x6FA87E4F);
        a0 = b0 + Turn(a0 + I(b0, c0, d0) + words[8] + k, 6);
        a1 = b1 + Turn(a1 + I(b1, c1, d1) + words[24] + k, 6);
        k = new Vector<uint>(0xFE2CE6E0);
        d0 = a0 + Turn(d0 + I(a0, b0, c0) + words[15] + k, 10);
        d1 = a1 + Turn(d1 + I(a1, b1, c1) + words[31] + k, 10);
        k = new Vector<uint>(0xA3014314);
        c0 = d0 + Turn(c0 + I(d0, a0, b0) + words[6] + k, 15);
        c1 = d1 + Turn(c1 + I(d1, a1, b1) + words[22] + k, 15);
        k = new Vector<uint>(0x4E0811A1);
        b0 = c0 + Turn(b0 + I(c0, d0, a0) + words[13] + k, 21);
        b1 = c1 + Turn(b1 + I(c1, d1, a1) + words[29] + k, 21);
        k = new Vector<uint>(0xF7537E82);
        a0 = b0 + Turn(a0 + I(b0, c0, d0) + words[4] + k, 6);
        a1 = b1 + Turn(a1 + I(b1, c1, d1) + words[20] + k, 6);
        k = new Vector<uint>(0xBD3AF235);
        d0 = a0 + Turn(d0 + I(a0, b0, c0) + words[11] + k, 10);
        d1 = a1 + Turn(d1 + I(a1, b1, c1) + words[27] + k, 10);
        k = new Vector<uint>(0x2AD7D2BB);
        c0 = d0 + Turn(c0 + I(d0, a0, b0) + words[2] + k, 15);
        c1 = d1 + Turn(c1 + I(d1, a1, b1) + words[18] + k, 15);
        k = new Vector<uint>(0xEB86D391);
        b0 = c0 + Turn(b0 + I(c0, d0, a0) + words[9] + k, 21);
        b1 = c1 + Turn(b1 + I(c1, d1, a1) + words[25] + k, 21);
        digests[0] = a0 + new Vector<uint>(0x67452301);
        digests[1] = b0 + new Vector<uint>(0xEFCDAB89);
        digests[2] = a1 + new Vector<uint>(0x67452301);
        digests[3] = b1 + new Vector<uint>(0xEFCDAB89);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<uint> F(Vector<uint> x, Vector<uint> y, Vector<uint> z) => z ^ (x & (y ^ z));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<uint> G(Vector<uint> x, Vector<uint> y, Vector<uint> z) => y ^ (z & (x ^ y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<uint> H(Vector<uint> x, Vector<uint> y, Vector<uint> z) => x ^ y ^ z;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<uint> I(Vector<uint> x, Vector<uint> y, Vector<uint> z) => y ^ (x | ~z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<uint> Turn(Vector<uint> value, [ConstantExpected] int bits) =>
        (value << bits) | (value >>> (32 - bits));
}
