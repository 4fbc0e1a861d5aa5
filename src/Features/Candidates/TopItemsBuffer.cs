using CranePipeline.Tensors;

namespace CranePipeline.Features;

/// <summary>Room for one search's lists after another's, so that thousands of searches leave no garbage of their own.</summary>
internal sealed class TopItemsBuffer
{
    private int[] items = [];
    private float[] scores = [];

    /// <summary>Room for so many items of so many queries; what was asked for before is overwritten.</summary>
    internal TopItems Of(int queries, int k)
    {
        int places = checked(queries * k);
        if (items.Length < places)
        {
            (items, scores) = (new int[places], new float[places]);
        }

        return new TopItems(queries, k, items, scores);
    }
}
