namespace CranePipeline.Tensors;

/// <summary>
/// Score(u, i) = Σ_j S_ji over the items j that the user has chosen, where row j of the sparse S holds item j's neighbours: a user's row of
/// the interaction matrix times S.
/// </summary>
/// <remarks>Wraps its arrays without copying.</remarks>
/// <param name="interactions">What users have chosen, <c>[users × items]</c>; the values are ignored.</param>
/// <param name="neighbours">Each item's neighbours, <c>[items × places]</c>, row after row; −1 in empty places.</param>
/// <param name="weights">Their weights, of the same shape.</param>
public sealed class NeighbourSums(CsrMatrix interactions, int[] neighbours, float[] weights) : Scorer
{
    private const int Block = 1024;

    /// <summary>What users have chosen, <c>[users × items]</c>.</summary>
    public CsrMatrix Interactions { get; } = interactions;

    /// <summary>Each item's neighbours, <c>[items × places]</c>.</summary>
    public int[] Neighbours { get; } = neighbours;

    /// <summary>Their weights, <c>[items × places]</c>.</summary>
    public float[] Weights { get; } = weights;

    /// <summary>Places of an item.</summary>
    public int Places => Neighbours.Length / ItemCount;

    /// <inheritdoc/>
    public override int UserCount => Interactions.Rows;

    /// <inheritdoc/>
    public override int ItemCount => Interactions.Columns;

    /// <summary>One user's scores of all items, added up in the order of the user's items.</summary>
    public void Score(int user, Span<float> scores)
    {
        int places = Places;
        scores.Clear();
        foreach (int item in Interactions.RowColumns(user))
        {
            for (int place = item * places; place < (item + 1) * places && Neighbours[place] >= 0; place++)
            {
                scores[Neighbours[place]] += Weights[place];
            }
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<TopItems> Rank(IEngine engine, int[] users, int k, CsrMatrix exclude)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(users);
        ArgumentNullException.ThrowIfNull(exclude);
        for (int first = 0; first < users.Length; first += Block)
        {
            int start = first;
            int count = Math.Min(users.Length - first, Block);
            yield return TopScores.Select(
                engine,
                count,
                k,
                exclude,
                first,
                ItemCount,
                (row, scores) =>
                {
                    Score(users[start + row], scores);
                    return scores;
                }
            );
        }
    }
}
