using Apache.Arrow;
using Apache.Arrow.Types;

namespace CranePipeline.Tables;

/// <summary>Whether an array's buffers hold what its length and offsets claim: a damaged file's may not, and are native memory.</summary>
internal static class ArrowCheck
{
    /// <exception cref="InvalidDataException">They do not.</exception>
    public static void Check(IArrowArray array)
    {
        ArrayData data = array.Data;
        long rows = (long)data.Offset + data.Length;
        Require(data.Length >= 0 && data.Offset >= 0, array);
        if (data.NullCount != 0 && data.Buffers.Length > 0 && data.Buffers[0].Length > 0)
        {
            Require(data.Buffers[0].Length >= (rows + 7) / 8, array);
        }

        switch (array)
        {
            case ListArray lists:
                Offsets(Words<int>(data.Buffers[1], data.Offset, data.Length + 1, array), lists.Values.Length, array);
                Check(lists.Values);
                break;
            case LargeListArray lists:
                Offsets(Words<long>(data.Buffers[1], data.Offset, data.Length + 1, array), lists.Values.Length, array);
                Check(lists.Values);
                break;
            case FixedSizeListArray lists:
                Require(rows * ((FixedSizeListType)data.DataType).ListSize <= lists.Values.Length, array);
                Check(lists.Values);
                break;
            case BinaryArray:
                Offsets(Words<int>(data.Buffers[1], data.Offset, data.Length + 1, array), data.Buffers[2].Length, array);
                break;
            case LargeBinaryArray:
                Offsets(Words<long>(data.Buffers[1], data.Offset, data.Length + 1, array), data.Buffers[2].Length, array);
                break;
            case DictionaryArray dictionary:
                Check(dictionary.Indices);
                Check(dictionary.Dictionary);
                for (int row = 0; row < dictionary.Length; row++)
                {
                    Require(
                        array.IsNull(row) || (uint)ForeignValues.Key(dictionary, row) < (uint)dictionary.Dictionary.Length,
                        array
                    );
                }

                break;
            case BooleanArray:
                Require(data.Buffers[1].Length >= (rows + 7) / 8, array);
                break;
            default:
                if (data.DataType is FixedWidthType { BitWidth: >= 8 } type)
                {
                    Require(data.Buffers[1].Length >= rows * (type.BitWidth / 8), array);
                }

                break;
        }
    }

    private static ReadOnlySpan<T> Words<T>(ArrowBuffer buffer, int offset, int count, IArrowArray array)
        where T : struct
    {
        ReadOnlySpan<T> words = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, T>(buffer.Span);
        if (array.Length == 0 && words.IsEmpty)
        {
            return words;
        }

        Require(words.Length >= (long)offset + count, array);
        return words.Slice(offset, count);
    }

    private static void Offsets(ReadOnlySpan<int> offsets, long length, IArrowArray array)
    {
        int before = 0;
        foreach (int offset in offsets)
        {
            Require(offset >= before && offset <= length, array);
            before = offset;
        }
    }

    private static void Offsets(ReadOnlySpan<long> offsets, long length, IArrowArray array)
    {
        long before = 0;
        foreach (long offset in offsets)
        {
            Require(offset >= before && offset <= length, array);
            before = offset;
        }
    }

    private static void Require(bool holds, IArrowArray array)
    {
        if (!holds)
        {
            throw new InvalidDataException($"a column of {array.Data.DataType.Name} with offsets outside its values");
        }
    }
}
