namespace CranePipeline.Tensors;

/// <summary>Ranked items of each query, both <c>[queries × K]</c>, row after row; the arrays may be longer.</summary>
public sealed record TopItems(int QueryCount, int K, int[] Items, float[] Scores)
{
    /// <summary>Room for K items of each query.</summary>
    public TopItems(int queryCount, int k)
        : this(queryCount, k, new int[checked(queryCount * k)], new float[queryCount * k]) { }

    /// <summary>Checks that this is room for so many queries.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    public void CheckRoom(int queries)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(K);
        long places = (long)queries * K;
        if (QueryCount != queries || Items.Length < places || Scores.Length < places)
        {
            throw new ArgumentException($"Lists of {QueryCount} queries do not fit {queries} queries of {K} items.");
        }
    }
}
