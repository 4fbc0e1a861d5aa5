using System.Buffers;
using Parquet;
using Parquet.Schema;

namespace CranePipeline.Tables;

/// <content>Columns of lists.</content>
internal sealed partial class TableReader
{
    /// <summary>A column of lists that all have one length, row after row.</summary>
    /// <exception cref="InputException">Lists differ in length.</exception>
    public (float[] Values, int Width) Vectors(DataField field)
    {
        int width = RowCount == 0 ? 0 : WidthOf(field);
        var values = GC.AllocateUninitializedArray<float>(Length(width));
        // An empty list is one entry. Where lists have two values and more, the places at which they begin therefore tell all of
        // their lengths; whether an entry is a value has to be read, but nobody looks at it, and all threads may write it to one
        // place.
        int largest = width > 1 ? Enumerable.Range(0, GroupCount).Max(group => Place(group).Rows) * width : 0;
        int[] unread = ArrayPool<int>.Shared.Rent(largest);
        Parallel(
            (reader, group) =>
            {
                (int first, int rows) = Place(group);
                int entries = rows * Math.Max(1, width);
                Expect(reader, group, field, entries);
                // Lent, because they are larger than the values and every group needs them.
                int[] definition = width > 1 ? unread : ArrayPool<int>.Shared.Rent(entries);
                int[] repetition = ArrayPool<int>.Shared.Rent(entries);
                try
                {
                    Memory<float> target = width == 0 ? new float[entries] : values.AsMemory(first * width, entries);
                    Raw(reader, group, field, target, definition.AsMemory(0, entries), repetition.AsMemory(0, entries));
                    Span<int> looked = width > 1 ? [] : definition.AsSpan(0, entries);
                    if (!AreOfWidth(looked, repetition.AsSpan(0, entries), width, rows))
                    {
                        throw Damaged($"lists of several lengths in column {field.Path.FirstPart}");
                    }
                }
                finally
                {
                    ArrayPool<int>.Shared.Return(repetition);
                    if (definition != unread)
                    {
                        ArrayPool<int>.Shared.Return(definition);
                    }
                }
            }
        );
        ArrayPool<int>.Shared.Return(unread);
        return (values, width);
    }

    /// <summary>A column of lists of any length, their values one after the other.</summary>
    public (T[] Values, int[] Offsets) Lists<T>(DataField field)
        where T : struct
    {
        var parts = new (T[] Values, int[] Lengths)[GroupCount];
        Parallel(
            (reader, group) =>
            {
                int entries = Entries(reader, group, field);
                int[] definition = new int[entries];
                int[] repetition = new int[entries];
                var values = new T[entries];
                Raw<T>(reader, group, field, values, definition, repetition);
                int rows = Place(group).Rows;
                int[] lengths = new int[rows];
                int row = -1;
                for (int entry = 0; entry < entries; entry++)
                {
                    row += repetition[entry] == 0 ? 1 : 0;
                    lengths[row] += definition[entry] == ListLevels.Value ? 1 : 0;
                }

                parts[group] = row + 1 == rows ? (values, lengths) : throw Damaged($"{row + 1} lists in a group of {rows} rows");
            }
        );
        int[] offsets = new int[RowCount + 1];
        int at = 0;
        foreach (int length in parts.SelectMany(part => part.Lengths))
        {
            offsets[at + 1] = checked(offsets[at] + length);
            at++;
        }

        var all = new T[offsets[^1]];
        for (int group = 0; group < GroupCount; group++)
        {
            (int first, int rows) = Place(group);
            int length = offsets[first + rows] - offsets[first];
            parts[group].Values.AsSpan(0, length).CopyTo(all.AsSpan(offsets[first]));
        }

        return (all, offsets);
    }

    private int Length(int width) =>
        (long)RowCount * width is var length && length <= Array.MaxLength
            ? (int)length
            : throw new InputException($"{path} has {RowCount} vectors of {width} values, more than one array holds");

    private int WidthOf(DataField field)
    {
        readers.TryPeek(out ParquetReader? reader);
        int group = Array.FindIndex(firstRows, 1, first => first > 0) - 1;
        int entries = Entries(reader!, group, field);
        // A list without values is one entry, too; its level tells it from a list of one.
        return entries != Place(group).Rows ? entries / Place(group).Rows
            : IsEmpty(reader!, group, field, entries) ? 0
            : 1;
    }

    private static bool IsEmpty(ParquetReader reader, int group, DataField field, int entries)
    {
        int[] definition = new int[entries];
        int[] repetition = new int[entries];
        Raw<float>(reader, group, field, new float[entries], definition, repetition);
        return definition[0] == ListLevels.Empty;
    }

    private static bool AreOfWidth(ReadOnlySpan<int> definition, ReadOnlySpan<int> repetition, int width, int rows)
    {
        bool areOf =
            definition.IndexOfAnyExcept(width == 0 ? ListLevels.Empty : ListLevels.Value) < 0 && repetition.Count(0) == rows;
        for (int row = 0; row < rows && areOf; row++)
        {
            areOf = repetition[row * Math.Max(1, width)] == 0;
        }

        return areOf;
    }
}
