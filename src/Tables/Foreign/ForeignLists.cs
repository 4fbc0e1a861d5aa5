using Apache.Arrow;
using Apache.Arrow.Types;

namespace CranePipeline.Tables;

/// <summary>Where the elements of a list column's rows lie, whichever way its lists are laid out.</summary>
internal sealed class ForeignLists
{
    private readonly Func<int, (int First, int Count)> range;

    private ForeignLists(IArrowArray values, Func<int, (int First, int Count)> range) => (Values, this.range) = (values, range);

    /// <summary>The elements of all rows.</summary>
    public IArrowArray Values { get; }

    /// <summary>A row's place among the elements.</summary>
    public (int First, int Count) Range(int row) => range(row);

    public static ForeignLists? Of(IArrowArray array) =>
        array switch
        {
            ListArray lists => new(
                lists.Values,
                row => (lists.ValueOffsets[row], lists.ValueOffsets[row + 1] - lists.ValueOffsets[row])
            ),
            LargeListArray lists => new(
                lists.Values,
                row =>
                    (checked((int)lists.ValueOffsets[row]), checked((int)(lists.ValueOffsets[row + 1] - lists.ValueOffsets[row])))
            ),
            ListViewArray lists => new(lists.Values, row => (lists.ValueOffsets[row], lists.Sizes[row])),
            FixedSizeListArray lists => new(lists.Values, FixedSize(lists)),
            _ => null,
        };

    private static Func<int, (int First, int Count)> FixedSize(FixedSizeListArray lists)
    {
        int size = ((FixedSizeListType)lists.Data.DataType).ListSize;
        int first = lists.Data.Offset;
        return row => ((first + row) * size, size);
    }
}
