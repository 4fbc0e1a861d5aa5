using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace CranePipeline.Ingest.Metadata;

/// <summary>
/// Decodes strings of Python literals (Python language reference, 2.4.1) and of JSON (RFC 8259). Where they differ an escape
/// means what its own notation says, since the other never writes it: <c>\/</c> is JSON's slash, <c>\x</c>, octal and <c>\U</c> are
/// Python's.
/// </summary>
internal static class LiteralText
{
    /// <summary>The string's value; null for half an escape or an impossible code point.</summary>
    /// <param name="literal">The literal with prefix and quotes, valid UTF-8, as <see cref="LiteralScanner.SkipString"/> leaves
    /// it.</param>
    public static string? Decode(ReadOnlySpan<byte> literal)
    {
        bool unicode = literal[0] is (byte)'u' or (byte)'U';
        ReadOnlySpan<byte> body = literal[(literal[0] is (byte)'\'' or (byte)'"' ? 1 : 2)..^1];
        int escape = body.IndexOf((byte)'\\');
        if (escape < 0)
        {
            return Encoding.UTF8.GetString(body);
        }

        // No escape becomes longer than it is written, in UTF-16 units against bytes.
        char[] buffer = ArrayPool<char>.Shared.Rent(body.Length);
        try
        {
            var output = new Output(buffer);
            while (escape >= 0)
            {
                output.Append(body[..escape]);
                body = body[(escape + 1)..];
                if (!DecodeEscape(ref body, ref output, unicode))
                {
                    return null;
                }

                escape = body.IndexOf((byte)'\\');
            }

            output.Append(body);
            return output.ToWellFormedString();
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }
    }

    private static bool DecodeEscape(ref ReadOnlySpan<byte> body, ref Output output, bool unicode)
    {
        if (body.IsEmpty)
        {
            return false;
        }

        byte kind = body[0];
        switch (kind)
        {
            case (byte)'x':
                return DecodeBytes(ref body, ref output, unicode);
            case (byte)'u':
                return DecodeCodePoint(ref body, ref output, 4);
            case (byte)'U':
                return DecodeCodePoint(ref body, ref output, 8);
            case >= (byte)'0' and <= (byte)'7':
                int value = 0;
                int digits = 0;
                while (digits < 3 && digits < body.Length && body[digits] is >= (byte)'0' and <= (byte)'7')
                {
                    value = value * 8 + body[digits++] - '0';
                }

                output.Append((char)value);
                body = body[digits..];
                return true;
            default:
                ReadOnlySpan<char> meaning = kind switch
                {
                    (byte)'n' => "\n",
                    (byte)'t' => "\t",
                    (byte)'r' => "\r",
                    (byte)'b' => "\b",
                    (byte)'f' => "\f",
                    (byte)'a' => "\a",
                    (byte)'v' => "\v",
                    (byte)'/' => "/",
                    (byte)'\\' => "\\",
                    (byte)'\'' => "'",
                    (byte)'"' => "\"",
                    // Python leaves any other escape as it stands, the backslash included.
                    _ => [],
                };
                if (meaning.IsEmpty)
                {
                    output.Append('\\');
                    return true;
                }

                output.Append(meaning[0]);
                body = body[1..];
                return true;
        }
    }

    /// <summary>
    /// <c>\xNN</c> is a code point. But Python 2, which wrote the 2014 files, shows a byte string's UTF-8 as a run of
    /// such escapes: a run that is well-formed UTF-8 of more than one byte a character is taken as that.
    /// </summary>
    private static bool DecodeBytes(ref ReadOnlySpan<byte> body, ref Output output, bool unicode)
    {
        Span<byte> run = stackalloc byte[256];
        int count = 0;
        ReadOnlySpan<byte> rest = body;
        while (count < run.Length && TryHex(rest, 2, out uint value) && (count == 0 || (value >= 0x80 && run[0] >= 0x80)))
        {
            run[count++] = (byte)value;
            rest = rest[3..];
            if (rest.Length < 4 || rest[0] != '\\' || rest[1] != 'x')
            {
                break;
            }

            rest = rest[1..];
        }

        if (count == 0)
        {
            return false;
        }

        // The last character of a full buffer may be cut; it is then read by the next call, from its first byte.
        while (!unicode && count > 1 && !Utf8.IsValid(run[..count]) && count == run.Length)
        {
            run = run[..--count];
        }

        if (!unicode && count > 1 && Utf8.IsValid(run[..count]))
        {
            output.Append(run[..count]);
        }
        else
        {
            foreach (byte value in run[..count])
            {
                output.Append((char)value);
            }
        }

        body = body[(4 * count - 1)..];
        return true;
    }

    private static bool DecodeCodePoint(ref ReadOnlySpan<byte> body, ref Output output, int digits)
    {
        if (!TryHex(body, digits, out uint value) || value > 0x10FFFF)
        {
            return false;
        }

        body = body[(1 + digits)..];
        if (value <= 0xFFFF)
        {
            // Perhaps half of a surrogate pair; the other half is the next escape.
            output.Append((char)value);
            return true;
        }

        output.Append((char)(0xD7C0 + (value >> 10)));
        output.Append((char)(0xDC00 + (value & 0x3FF)));
        return true;
    }

    private static bool TryHex(ReadOnlySpan<byte> escape, int digits, out uint value)
    {
        value = 0;
        return escape.Length > digits
            && uint.TryParse(escape.Slice(1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    private ref struct Output(Span<char> buffer)
    {
        private readonly Span<char> buffer = buffer;
        private int length;

        public void Append(char letter) => buffer[length++] = letter;

        public void Append(scoped ReadOnlySpan<byte> utf8) => length += Encoding.UTF8.GetChars(utf8, buffer[length..]);

        /// <summary>The text, half surrogate pairs replaced by U+FFFD: such text could not be written anywhere.</summary>
        public readonly string ToWellFormedString()
        {
            Span<char> text = buffer[..length];
            for (int at = 0; at < text.Length; at++)
            {
                if (char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]))
                {
                    at++;
                }
                else if (char.IsSurrogate(text[at]))
                {
                    text[at] = '\uFFFD';
                }
            }

            return text.ToString();
        }
    }
}
