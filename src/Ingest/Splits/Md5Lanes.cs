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
    public static int Lanes => Vector<uint>.Count;

    /// <summary>Hashes one padded block a lane.</summary>
    /// <param name="words">Word j of lane l's block in lane l of entry j, 16 of them.</param>
    /// <param name="first">The digests' bytes 0-3, as a little-endian number.</param>
    /// <param name="second">Their bytes 4-7.</param>
    [SkipLocalsInit]
    public static void Hash(ReadOnlySpan<Vector<uint>> words, out Vector<uint> first, out Vector<uint> second)
    {
        words = words[..16];
        Vector<uint> a = new(0x67452301);
        Vector<uint> b = new(0xEFCDAB89);
        Vector<uint> c = new(0x98BADCFE);
        Vector<uint> d = new(0x10325476);
        a = b + Turn(a + F(b, c, d) + words[0] + new Vector<uint>(0xD76AA478), 7);
        d = a + Turn(d + F(a, b, c) + words[1] + new Vector<uint>(0xE8C7B756), 12);
        c = d + Turn(c + F(d, a, b) + words[2] + new Vector<uint>(0x242070DB), 17);
        b = c + Turn(b + F(c, d, a) + words[3] + new Vector<uint>(0xC1BDCEEE), 22);
        a = b + Turn(a + F(b, c, d) + words[4] + new Vector<uint>(0xF57C0FAF), 7);
        d = a + Turn(d + F(a, b, c) + words[5] + new Vector<uint>(0x4787C62A), 12);
        c = d + Turn(c + F(d, a, b) + words[6] + new Vector<uint>(0xA8304613), 17);
        b = c + Turn(b + F(c, d, a) + words[7] + new Vector<uint>(0xFD469501), 22);
        a = b + Turn(a + F(b, c, d) + words[8] + new Vector<uint>(0x698098D8), 7);
        d = a + Turn(d + F(a, b, c) + words[9] + new Vector<uint>(0x8B44F7AF), 12);
        c = d + Turn(c + F(d, a, b) + words[10] + new Vector<uint>(0xFFFF5BB1), 17);
        b = c + Turn(b + F(c, d, a) + words[11] + new Vector<uint>(0x895CD7BE), 22);
        a = b + Turn(a + F(b, c, d) + words[12] + new Vector<uint>(0x6B901122), 7);
        d = a + Turn(d + F(a, b, c) + words[13] + new Vector<uint>(0xFD987193), 12);
        c = d + Turn(c + F(d, a, b) + words[14] + new Vector<uint>(0xA679438E), 17);
        b = c + Turn(b + F(c, d, a) + words[15] + new Vector<uint>(0x49B40821), 22);
        a = b + Turn(a + G(b, c, d) + words[1] + new Vector<uint>(0xF61E2562), 5);
        d = a + Turn(d + G(a, b, c) + words[6] + new Vector<uint>(0xC040B340), 9);
        c = d + Turn(c + G(d, a, b) + words[11] + new Vector<uint>(0x265E5A51), 14);
        b = c + Turn(b + G(c, d, a) + words[0] + new Vector<uint>(0xE9B6C7AA), 20);
        a = b + Turn(a + G(b, c, d) + words[5] + new Vector<uint>(0xD62F105D), 5);
        d = a + Turn(d + G(a, b, c) + words[10] + new Vector<uint>(0x02441453), 9);
        c = d + Turn(c + G(d, a, b) + words[15] + new Vector<uint>(0xD8A1E681), 14);
        b = c + Turn(b + G(c, d, a) + words[4] + new Vector<uint>(0xE7D3FBC8), 20);
        a = b + Turn(a + G(b, c, d) + words[9] + new Vector<uint>(0x21E1CDE6), 5);
        d = a + Turn(d + G(a, b, c) + words[14] + new Vector<uint>(0xC33707D6), 9);
        c = d + Turn(c + G(d, a, b) + words[3] + new Vector<uint>(0xF4D50D87), 14);
        b = c + Turn(b + G(c, d, a) + words[8] + new Vector<uint>(0x455A14ED), 20);
        a = b + Turn(a + G(b, c, d) + words[13] + new Vector<uint>(0xA9E3E905), 5);
        d = a + Turn(d + G(a, b, c) + words[2] + new Vector<uint>(0xFCEFA3F8), 9);
        c = d + Turn(c + G(d, a, b) + words[7] + new Vector<uint>(0x676F02D9), 14);
        b = c + Turn(b + G(c, d, a) + words[12] + new Vector<uint>(0x8D2A4C8A), 20);
        a = b + Turn(a + H(b, c, d) + words[5] + new Vector<uint>(0xFFFA3942), 4);
        d = a + Turn(d + H(a, b, c) + words[8] + new Vector<uint>(0x8771F681), 11);
        c = d + Turn(c + H(d, a, b) + words[11] + new Vector<uint>(0x6D9D6122), 16);
        b = c + Turn(b + H(c, d, a) + words[14] + new Vector<uint>(0xFDE5380C), 23);
        a = b + Turn(a + H(b, c, d) + words[1] + new Vector<uint>(0xA4BEEA44), 4);
        d = a + Turn(d + H(a, b, c) + words[4] + new Vector<uint>(0x4BDECFA9), 11);
        c = d + Turn(c + H(d, a, b) + words[7] + new Vector<uint>(0xF6BB4B60), 16);
        b = c + Turn(b + H(c, d, a) + words[10] + new Vector<uint>(0xBEBFBC70), 23);
        a = b + Turn(a + H(b, c, d) + words[13] + new Vector<uint>(0x289B7EC6), 4);
        d = a + Turn(d + H(a, b, c) + words[0] + new Vector<uint>(0xEAA127FA), 11);
        c = d + Turn(c + H(d, a, b) + words[3] + new Vector<uint>(0xD4EF3085), 16);
        b = c + Turn(b + H(c, d, a) + words[6] + new Vector<uint>(0x04881D05), 23);
        a = b + Turn(a + H(b, c, d) + words[9] + new Vector<uint>(0xD9D4D039), 4);
        d = a + Turn(d + H(a, b, c) + words[12] + new Vector<uint>(0xE6DB99E5), 11);
        c = d + Turn(c + H(d, a, b) + words[15] + new Vector<uint>(0x1FA27CF8), 16);
        b = c + Turn(b + H(c, d, a) + words[2] + new Vector<uint>(0xC4AC5665), 23);
        a = b + Turn(a + I(b, c, d) + words[0] + new Vector<uint>(0xF4292244), 6);
        d = a + Turn(d + I(a, b, c) + words[7] + new Vector<uint>(0x432AFF97), 10);
        c = d + Turn(c + I(d, a, b) + words[14] + new Vector<uint>(0xAB9423A7), 15);
        b = c + Turn(b + I(c, d, a) + words[5] + new Vector<uint>(0xFC93A039), 21);
        a = b + Turn(a + I(b, c, d) + words[12] + new Vector<uint>(0x655B59C3), 6);
        d = a + Turn(d + I(a, b, c) + words[3] + new Vector<uint>(0x8F0CCC92), 10);
        c = d + Turn(c + I(d, a, b) + words[10] + new Vector<uint>(0xFFEFF47D), 15);
        b = c + Turn(b + I(c, d, a) + words[1] + new Vector<uint>(0x85845DD1), 21);
        a = b + Turn(a + I(b, c, d) + words[8] + new Vector<uint>(0x6FA87E4F), 6);
        d = a + Turn(d + I(a, b, c) + words[15] + new Vector<uint>(0xFE2CE6E0), 10);
        c = d + Turn(c + I(d, a, b) + words[6] + new Vector<uint>(0xA3014314), 15);
        b = c + Turn(b + I(c, d, a) + words[13] + new Vector<uint>(0x4E0811A1), 21);
        a = b + Turn(a + I(b, c, d) + words[4] + new Vector<uint>(0xF7537E82), 6);
        d = a + Turn(d + I(a, b, c) + words[11] + new Vector<uint>(0xBD3AF235), 10);
        c = d + Turn(c + I(d, a, b) + words[2] + new Vector<uint>(0x2AD7D2BB), 15);
        b = c + Turn(b + I(c, d, a) + words[9] + new Vector<uint>(0xEB86D391), 21);
        first = a + new Vector<uint>(0x67452301);
        second = b + new Vector<uint>(0xEFCDAB89);
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
