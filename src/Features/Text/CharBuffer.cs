using System.Buffers;

namespace CranePipeline.Features;

/// <summary>A growing run of characters in pooled memory.</summary>
internal ref struct CharBuffer
{
    private char[] letters;
    private int length;

    internal CharBuffer(int capacity) => letters = ArrayPool<char>.Shared.Rent(capacity);

    internal readonly int Length => length;

    internal readonly ReadOnlySpan<char> Written => letters.AsSpan(0, length);

    internal readonly Span<char> Writable => letters.AsSpan(0, length);

    internal void Append(char letter)
    {
        if (length == letters.Length)
        {
            Grow(length + 1);
        }

        letters[length++] = letter;
    }

    internal void Append(scoped ReadOnlySpan<char> text)
    {
        if (length + text.Length > letters.Length)
        {
            Grow(length + text.Length);
        }

        text.CopyTo(letters.AsSpan(length));
        length += text.Length;
    }

    internal void Truncate(int newLength) => length = newLength;

    internal void TrimEnd()
    {
        while (length > 0 && letters[length - 1] == ' ')
        {
            length--;
        }
    }

    internal void Dispose() => ArrayPool<char>.Shared.Return(letters);

    private void Grow(int needed)
    {
        char[] larger = ArrayPool<char>.Shared.Rent(Math.Max(needed, 2 * letters.Length));
        letters.AsSpan(0, length).CopyTo(larger);
        ArrayPool<char>.Shared.Return(letters);
        letters = larger;
    }
}
