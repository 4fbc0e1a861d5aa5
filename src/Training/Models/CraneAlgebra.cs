using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>
/// Recursive cross-modal attention with <c>linear</c> or <c>feature</c> correlation, without its entities. Write X̃ = [X ‖ 1] and
/// G = X̃ᵀX̃/N. Either correlation depends on X through G alone, and a round is X̃ ← X̃ (I + Δ) with a small Δ, so that
/// G ← (I + Δ)ᵀ G (I + Δ): all rounds run on <c>[(D + 1) × (D + 1)]</c> matrices, and end in one affine map for the rows wanted.
/// </summary>
internal sealed class CraneAlgebra : IDisposable
{
    // Keeps 1/√x finite for a feature column that is zero everywhere; its cosine is then 0, as in the literal form.
    private const float SmallestSquare = 1e-12f;

    private readonly IEngine engine;
    private readonly CraneFeatures features;
    private readonly int modalities;
    private readonly int d;
    private readonly int width;
    private readonly Tensor identity;
    private readonly Tensor smallIdentity;
    private readonly Tensor zeroColumn;
    private readonly Tensor zeroRow;
    private readonly Tensor zeroBlock;
    private readonly Tensor one;
    private readonly Tensor ones;
    private readonly Tensor floor;

    /// <param name="engine">Where to compute.</param>
    /// <param name="options">Settings.</param>
    /// <param name="graph">Training interactions.</param>
    /// <param name="modalities">With features, every one of them.</param>
    /// <param name="features">These on the engine, and their projections.</param>
    /// <param name="profiles">Whose rows sum items to a user's profile (eq. 5).</param>
    /// <param name="profile">X_m^U from the modality and X_m^I, where a profile is no sum.</param>
    public CraneAlgebra(
        IEngine engine,
        CraneOptions options,
        InteractionGraph graph,
        IReadOnlyList<ModalityInput> modalities,
        CraneFeatures features,
        SparseTensor profiles,
        Func<int, Tensor, Tensor> profile
    )
    {
        (this.engine, this.modalities, d, this.features) = (engine, modalities.Count, options.EmbeddingSize, features);
        Moments = new CraneMoments(engine, options, graph, modalities, features, profiles, profile);
        width = modalities.Count * d;
        identity = engine.Constant(Initial.Identity(width + 1));
        smallIdentity = engine.Constant(Initial.Identity(d));
        zeroColumn = engine.Constant(new Matrix(width + 1, 1));
        zeroRow = engine.Constant(new Matrix(1, width));
        zeroBlock = engine.Constant(new Matrix(d, d));
        one = engine.Constant(Initial.Filled(1, 1, 1f));
        ones = engine.Constant(Initial.Filled(d, 1, 1f));
        floor = engine.Constant(Initial.Filled(1, d, SmallestSquare));
    }

    internal CraneMoments Moments { get; }

    /// <summary>[refined X_v ‖ X_t …] for the items (eq. 13), <c>[items × D]</c>; unrefined without rounds.</summary>
    public Tensor Items(IReadOnlyList<CraneRound> rounds, Correlation correlation)
    {
        if (Moments.MapsRaw)
        {
            return Moments.Mapped(Transform(Moments.Gram([], null), rounds, correlation));
        }

        Tensor[] items = [.. features.Raw.Zip(features.Projections, static (raw, p) => raw.Mm(p))];
        Tensor all = Tensor.Cat(items, dim: 1);
        Tensor transform = Transform(Moments.Gram(items, all), rounds, correlation);
        Tensor joined = all.Mm(transform.Narrow(0, 0, width));
        return rounds.Count > 0 && correlation == Correlation.Linear ? joined + transform.Narrow(0, width, 1) : joined;
    }

    /// <summary>
    /// T <c>[(D + 1) × D]</c> with [refined X] = [X ‖ 1] T, the scaling of each X_m by the root mean square of its rows included.
    /// </summary>
    /// <param name="gram">G of the unscaled X, <c>[(D + 1) × (D + 1)]</c>.</param>
    /// <param name="rounds">Parameters of each round.</param>
    /// <param name="correlation"><c>linear</c> or <c>feature</c>.</param>
    private Tensor Transform(Tensor gram, IReadOnlyList<CraneRound> rounds, Correlation correlation)
    {
        Tensor scale = Scales(gram);
        Tensor scaled = engine.Multiply(gram, engine.MatrixProduct(scale, scale, transposeB: true));
        Tensor total = identity;
        for (int round = 0; round < rounds.Count; round++)
        {
            Tensor change =
                correlation == Correlation.Linear ? LinearChange(scaled, rounds[round]) : FeatureChange(scaled, rounds[round]);
            total = round == 0 ? engine.Add(identity, Widen(change)) : TimesChanged(total, change);
            if (round < rounds.Count - 1)
            {
                Tensor right = TimesChanged(scaled, change);
                scaled = engine.Add(right, engine.MatrixProduct(Widen(change), right, transposeA: true));
            }
        }

        return engine.ScaleRows(engine.SliceColumns(total, 0, width), scale);
    }

    public void Dispose()
    {
        Moments.Dispose();
        foreach (Tensor constant in new[] { identity, smallIdentity, zeroColumn, zeroRow, zeroBlock, one, ones, floor })
        {
            constant.Dispose();
        }
    }

    /// <summary>X_m ← X_m + (X̃ W̃_J) W_m G_m W_h,m, so Δ = W̃_J [W_1 G_1 W_h,1 ‖ …], <c>[(D + 1) × D]</c>.</summary>
    private Tensor LinearChange(Tensor gram, CraneRound round)
    {
        var parts = new Tensor[modalities];
        for (int m = 0; m < modalities; m++)
        {
            parts[m] = engine.MatrixProduct(engine.MatrixProduct(round.Query[m], Block(gram, m)), round.Residual[m]);
        }

        return engine.MatrixProduct(round.Joint, engine.ConcatenateColumns(parts));
    }

    /// <summary>X_m ← X_m (I + C_m W_h,m), so Δ is block-diagonal; C_m is the tanh of cosines whose parts all stand in G.</summary>
    private Tensor FeatureChange(Tensor gram, CraneRound round)
    {
        var rows = new Tensor[modalities + 1];
        for (int m = 0; m < modalities; m++)
        {
            Tensor query = engine.MatrixProduct(round.Joint, round.Query[m]);
            Tensor image = engine.MatrixProduct(gram, query);
            Tensor querySquares = engine.SumRows(engine.Multiply(query, image));
            Tensor featureSquares = engine.SumRows(engine.Multiply(Block(gram, m), smallIdentity));
            Tensor inverseNorms = engine.MatrixProduct(
                engine.Power(engine.Add(featureSquares, floor), -0.5f),
                engine.Power(engine.Add(querySquares, floor), -0.5f),
                transposeA: true
            );
            Tensor cosines = engine.Multiply(engine.SliceRows(image, m * d, d), inverseNorms);
            Tensor change = engine.MatrixProduct(engine.Tanh(cosines), round.Residual[m]);
            var row = new Tensor[modalities];
            row.AsSpan().Fill(zeroBlock);
            row[m] = change;
            rows[m] = engine.ConcatenateColumns(row);
        }

        rows[modalities] = zeroRow;
        return engine.ConcatenateRows(rows);
    }

    /// <summary>A column for every row of G: 1/√trace(G_m) for the features of modality m, and 1 for the ones.</summary>
    private Tensor Scales(Tensor gram)
    {
        var parts = new Tensor[modalities + 1];
        for (int m = 0; m < modalities; m++)
        {
            Tensor trace = engine.Sum(engine.Multiply(Block(gram, m), smallIdentity));
            parts[m] = engine.ScaleBy(ones, engine.Power(trace, -0.5f));
        }

        parts[modalities] = one;
        return engine.ConcatenateRows(parts);
    }

    private Tensor Block(Tensor gram, int m) => engine.SliceColumns(engine.SliceRows(gram, m * d, d), m * d, d);

    private Tensor Widen(Tensor change) => engine.ConcatenateColumns([change, zeroColumn]);

    /// <summary>a (I + Δ).</summary>
    private Tensor TimesChanged(Tensor a, Tensor change) => engine.Add(a, Widen(engine.MatrixProduct(a, change)));
}
