namespace CranePipeline.Tensors;

/// <summary>
/// How a trained model scores items, without the model: numbers on the host, which files hold, from which the best items of any
/// user follow.
/// </summary>
public abstract class Scorer
{
    /// <summary>Number of users.</summary>
    public abstract int UserCount { get; }

    /// <summary>Number of items.</summary>
    public abstract int ItemCount { get; }

    /// <summary>
    /// For each named user the k items with the largest scores, largest first, equal ones by item number; where fewer are eligible the rest
    /// is item −1 with score −∞. Block after block of users, so that no users × items matrix exists. Outside of any step.
    /// </summary>
    /// <param name="engine">Where to compute.</param>
    /// <param name="users">User numbers, in the order wanted.</param>
    /// <param name="k">Places in each list.</param>
    /// <param name="exclude">Items to leave out, <c>[users.Length × items]</c>: row r belongs to <c>users[r]</c>; the values are
    /// ignored.</param>
    public abstract IEnumerable<TopItems> Rank(IEngine engine, int[] users, int k, CsrMatrix exclude);
}

/// <summary>Score(u, i) = ⟨E_u, E_i⟩.</summary>
public sealed class InnerProducts : Scorer
{
    private const int Block = 8192;

    /// <summary>Wraps both without copying.</summary>
    /// <param name="users">E_U, <c>[users × d]</c>.</param>
    /// <param name="items">E_I, <c>[items × d]</c>.</param>
    /// <exception cref="ArgumentException">They are not equally wide.</exception>
    public InnerProducts(Matrix users, Matrix items)
    {
        ArgumentNullException.ThrowIfNull(users);
        ArgumentNullException.ThrowIfNull(items);
        if (users.Columns != items.Columns)
        {
            throw new ArgumentException(
                $"User embeddings are {users.Columns} wide and item embeddings {items.Columns}; they must be equally wide."
            );
        }

        (Users, Items) = (users, items);
    }

    /// <summary>E_U, <c>[users × d]</c>.</summary>
    public Matrix Users { get; }

    /// <summary>E_I, <c>[items × d]</c>.</summary>
    public Matrix Items { get; }

    /// <inheritdoc/>
    public override int UserCount => Users.Rows;

    /// <inheritdoc/>
    public override int ItemCount => Items.Rows;

    /// <inheritdoc/>
    public override IEnumerable<TopItems> Rank(IEngine engine, int[] users, int k, CsrMatrix exclude)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(users);
        using Tensor items = engine.Constant(Items);
        for (int first = 0; first < users.Length; first += Block)
        {
            int[] block = users[first..Math.Min(users.Length, first + Block)];
            using Tensor queries = engine.Constant(TopScores.Rows(Users, block));
            yield return engine.TopItems(queries, items, k, exclude, first);
        }
    }
}
