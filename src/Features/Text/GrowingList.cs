namespace CranePipeline.Features;

/// <summary>A list whose memory is a plain array, so that hot loops index it without a call.</summary>
internal struct GrowingList<T>(int capacity)
{
    private T[] values = new T[capacity];
    private int count;

    internal readonly int Count => count;

    internal readonly Span<T> Written => values.AsSpan(0, count);

    internal void Add(T value)
    {
        if (count == values.Length)
        {
            Array.Resize(ref values, 2 * values.Length);
        }

        values[count++] = value;
    }

    internal void Clear() => count = 0;
}
