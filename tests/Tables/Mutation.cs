using System.IO.Compression;
using System.Text;

namespace CranePipeline.Tables.Tests;

/// <summary>Seeded damage to files.</summary>
internal static class Mutation
{
    /// <summary>What means something to one format of text or another, or to none.</summary>
    private static readonly byte[][] Tokens =
    [
        .. new[]
        {
            "\"",
            "'",
            ",",
            "\t",
            "\n",
            "\r",
            "\r\n",
            "\n\n",
            "\0",
            "\uFEFF",
            "\u2028",
            "\u001f",
            "::",
            ";",
            "|",
            " ",
            "{",
            "}",
            "[",
            "]",
            "(",
            ")",
            ":",
            "\\",
            "\\u0000",
            "\\ud800",
            "\\x",
            "#",
            "- ",
            "&a ",
            "*a",
            "!!int ",
            "<<: ",
            "%",
            "null",
            "None",
            "true",
            "NaN",
            "-Infinity",
            "nan",
            "-0",
            "0",
            "-1",
            "1e400",
            "1e-400",
            "0x10",
            "99999999999999999999",
            "-9223372036854775808",
            "2147483648",
            "1.5",
            "1969-12-31",
            "9999-12-31 23:59:60",
            "0001-01-01T00:00:00+14:00",
            "20189999",
            "=1+1",
            "../../x",
            "é",
            "日本",
            "𝄞",
        }.Select(Encoding.UTF8.GetBytes),
        [0xFF, 0xFE],
        [0xC3],
        [0xED, 0xA0, 0x80],
        [0x1F, 0x8B, 0x08],
    ];

    /// <summary>
    /// Damage to text: tokens where they do not belong, lines and stretches repeated, left out or swapped, depth and length; or to
    /// bytes.
    /// </summary>
    public static byte[] OfText(byte[] whole, Random random)
    {
        byte[] bytes = whole;
        for (int times = random.Next(1, 4); times > 0; times--)
        {
            int at = random.Next(bytes.Length + 1);
            int until = Math.Min(bytes.Length, at + random.Next(1, 60));
            (int from, int to) = LineAt(bytes, at);
            bytes = random.Next(10) switch
            {
                0 or 1 or 2 => [.. bytes[..at], .. Tokens[random.Next(Tokens.Length)], .. bytes[at..]],
                3 => [.. bytes[..at], .. Tokens[random.Next(Tokens.Length)], .. bytes[until..]],
                4 => [.. bytes[..to], .. bytes[from..]],
                5 => [.. bytes[..from], .. bytes[to..]],
                6 => [.. bytes[..at], .. bytes[until..], .. bytes[at..until]],
                7 => [.. bytes[..at], .. Repeated(Tokens[random.Next(Tokens.Length)], random.Next(2, 3000)), .. bytes[at..]],
                8 =>
                [
                    .. bytes[..at],
                    .. "\"[{("u8.ToArray().SelectMany(letter => Repeated([letter], random.Next(0, 2000))),
                    .. bytes[at..],
                ],
                _ => OfBytes(bytes, random),
            };
        }

        return bytes;
    }

    /// <summary>Damage to a gzip file, or to what is in it.</summary>
    public static byte[] OfGzip(byte[] content, Random random, Func<byte[], Random, byte[]> inside) =>
        random.Next(2) == 0 ? Gzip(inside(content, random)) : OfBytes(Gzip(content), random);

    public static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }

    /// <summary>
    /// Cuts, flips bits, puts absurd numbers, repeats and removes stretches; the end, where the footer is, gets its share.
    /// </summary>
    public static byte[] OfBytes(byte[] whole, Random random)
    {
        var bytes = whole.ToArray();
        for (var times = random.Next(1, 4); times > 0 && bytes.Length > 16; times--)
        {
            var at =
                random.Next(2) == 0
                    ? random.Next(bytes.Length)
                    : Math.Max(0, bytes.Length - 1 - random.Next(Math.Min(bytes.Length, 2500)));
            switch (random.Next(8))
            {
                case 0:
                    bytes = bytes[..at];
                    break;
                case 1 or 2:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 3:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 4:
                    int[] absurd = [int.MaxValue, -1, int.MinValue, 0, 1 << 30, 0x0FFFFFFF, random.Next()];
                    BitConverter.TryWriteBytes(bytes.AsSpan(Math.Min(at, bytes.Length - 4)), absurd[random.Next(absurd.Length)]);
                    break;
                case 5:
                    // A variable-length number that goes on and on.
                    bytes.AsSpan(at, Math.Min(random.Next(1, 12), bytes.Length - at)).Fill((byte)(0x80 | random.Next(128)));
                    break;
                case 6:
                    var length = Math.Min(random.Next(1, 40), bytes.Length - at);
                    bytes = [.. bytes[..(at + length)], .. bytes[at..]];
                    break;
                default:
                    var removed = Math.Min(random.Next(1, 40), bytes.Length - at);
                    bytes = [.. bytes[..at], .. bytes[(at + removed)..]];
                    break;
            }
        }

        return bytes;
    }

    private static IEnumerable<byte> Repeated(byte[] token, int times) =>
        Enumerable.Repeat(token, times).SelectMany(each => each);

    private static (int From, int To) LineAt(byte[] bytes, int at)
    {
        int from = Array.LastIndexOf(bytes, (byte)'\n', Math.Max(0, Math.Min(at, bytes.Length) - 1)) + 1;
        int to = at < bytes.Length ? Array.IndexOf(bytes, (byte)'\n', at) + 1 : 0;
        return bytes.Length == 0 ? (0, 0) : (Math.Min(from, at), to > 0 ? to : bytes.Length);
    }
}
