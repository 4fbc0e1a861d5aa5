namespace CranePipeline.Tensors;

/// <summary>
/// Score(u, i) = ln Σ_k c_ik e^⟨z_uk, h_i⟩: a user has a vector for each of K prototypes, of which an item has shares (Ma et al.,
/// MacridVAE, 2019).
/// </summary>
public sealed class PrototypeMixture : Scorer
{
    private const int Block = 256;

    /// <summary>Wraps all three without copying.</summary>
    /// <param name="users">z_u1 … z_uK side by side, <c>[users × K·d]</c>.</param>
    /// <param name="items">h, <c>[items × d]</c>.</param>
    /// <param name="shares">c, <c>[items × K]</c>, positive.</param>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    public PrototypeMixture(Matrix users, Matrix items, Matrix shares)
    {
        ArgumentNullException.ThrowIfNull(users);
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(shares);
        if (users.Columns != items.Columns * shares.Columns || items.Rows != shares.Rows)
        {
            throw new ArgumentException(
                $"Users' vectors are {users.Columns} wide, which is not {shares.Columns} "
                    + $"prototypes of width {items.Columns}, or items and shares differ."
            );
        }

        (Users, Items, Shares) = (users, items, shares);
    }

    /// <summary>z, <c>[users × K·d]</c>.</summary>
    public Matrix Users { get; }

    /// <summary>h, <c>[items × d]</c>.</summary>
    public Matrix Items { get; }

    /// <summary>c, <c>[items × K]</c>.</summary>
    public Matrix Shares { get; }

    /// <inheritdoc/>
    public override int UserCount => Users.Rows;

    /// <inheritdoc/>
    public override int ItemCount => Items.Rows;

    /// <summary>Σ_k c_ik e^⟨z_uk, h_i⟩ of some users and all items, <c>[users × items]</c>.</summary>
    /// <param name="vectors">z_·k of each prototype, <c>[users × d]</c>.</param>
    /// <param name="items">h, <c>[items × d]</c>.</param>
    /// <param name="shares">c, <c>[items × K]</c>.</param>
    public static Tensor Likelihoods(IReadOnlyList<Tensor> vectors, Tensor items, Tensor shares)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(shares);
        // ln c as rows: a product with the identity turns it.
        int count = vectors.Count;
        var identity = new Matrix(count, count);
        for (int k = 0; k < count; k++)
        {
            identity[k, k] = 1f;
        }

        Tensor rows = items.Engine.Constant(identity).Mm(shares.Log().T());
        Tensor? sum = null;
        for (int k = 0; k < count; k++)
        {
            Tensor part = (vectors[k].Mm(items.T()) + rows.Narrow(0, k, 1)).Exp();
            sum = sum is null ? part : sum + part;
        }

        return sum!;
    }

    /// <inheritdoc/>
    public override IEnumerable<TopItems> Rank(IEngine engine, int[] users, int k, CsrMatrix exclude)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(users);
        ArgumentNullException.ThrowIfNull(exclude);
        using Tensor items = engine.Constant(Items);
        using Tensor shares = engine.Constant(Shares);
        for (int first = 0; first < users.Length; first += Block)
        {
            int[] block = users[first..Math.Min(users.Length, first + Block)];
            Matrix scores = Scores(engine, items, shares, block);
            yield return TopScores.Select(engine, block.Length, k, exclude, first, 0, (row, _) => scores.Row(row));
        }
    }

    private Matrix Scores(IEngine engine, Tensor items, Tensor shares, int[] users)
    {
        using IDisposable step = engine.BeginStep(gradients: false);
        Tensor all = engine.Constant(TopScores.Rows(Users, users));
        int width = Items.Columns;
        Tensor[] vectors = [.. Enumerable.Range(0, Shares.Columns).Select(k => all.Narrow(1, k * width, width))];
        return engine.Read(Likelihoods(vectors, items, shares).Log());
    }
}
