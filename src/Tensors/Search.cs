namespace CranePipeline.Tensors;

/// <summary>Searches that any engine makes.</summary>
public static class Search
{
    /// <summary><see cref="IEngine.TopItems"/> into lists that are made for it.</summary>
    /// <param name="engine">Whose tensors they are.</param>
    /// <param name="queries"><c>[n × d]</c>.</param>
    /// <param name="items"><c>[m × d]</c>.</param>
    /// <param name="k">Items kept for a query.</param>
    /// <param name="exclude">As there.</param>
    /// <param name="firstQuery">As there.</param>
    public static TopItems TopItems(
        this IEngine engine,
        Tensor queries,
        Tensor items,
        int k,
        CsrMatrix? exclude = null,
        int firstQuery = 0
    )
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        var found = new TopItems(queries.Rows, k);
        engine.TopItems(queries, items, found, exclude, firstQuery);
        return found;
    }
}
