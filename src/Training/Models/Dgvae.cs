using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>
/// DGVAE: Zhou and Miao, "Disentangled Graph Variational Auto-Encoder for Multimodal Recommendation with Interpretability", IEEE TMM
/// 2024, arXiv 2402.16110. Published (page of the authors' program), recall@20 / NDCG@20: Baby 0.1009 / 0.0436.
/// </summary>
/// <remarks>
/// After the authors' program, but for these. Its words are what images and texts of a user's items say, counted by TF-IDF; here the
/// columns of the features are the words, each item's the positive part of its features, and a user's their sum, of length 1. Dropout
/// falls on a user's interactions before they pass over the frozen graph, not on what has passed, so that encoding costs what the
/// interactions do. The divergences' weight rises by epochs, not by steps. Weights start Xavier-uniform and biases at 0, there normal.
/// Its graph of texts counts 0.96 and that of images 0.04; here they are equal unless <see cref="DgvaeOptions.ModalityWeights"/> says
/// otherwise. A batch is of users, each once an epoch.
/// </remarks>
public sealed class Dgvae : Recommender
{
    private const int Block = 1024;
    private readonly DgvaeOptions options;
    private readonly Branch items;
    private readonly Branch words;
    private readonly SparseTensor itemGraph;
    private readonly Tensor[] features;
    private readonly List<SparseTensor> chosen = [];

    internal Dgvae(DgvaeOptions options, ModelContext context)
        : base(context)
    {
        this.options = options;
        int itemCount = Graph.ItemCount;
        itemGraph = Engine.Sparse(FeatureGraph.Frozen(context, options.Neighbours, options.ModalityWeights));
        features =
        [
            .. DerivedFeatures
                .Complete(context, options.DerivedFeatureWidth)
                .Select(m => Engine.Constant(new Matrix(itemCount, m.Features!.Columns, Positive(m.Features.Values)))),
        ];
        items = Branch.Add(Parameters, "item", itemCount, options, Seed);
        words = Branch.Add(Parameters, "word", features.Sum(static f => f.Columns), options, Seed);
    }

    /// <inheritdoc/>
    public override bool TakesUsersWhole => true;

    /// <inheritdoc/>
    public override Scorer ToScorer()
    {
        (int count, int width) = (Graph.UserCount, options.Prototypes * options.EmbeddingSize);
        var users = new Matrix(count, width);
        for (int first = 0; first < count; first += Block)
        {
            int[] block = [.. Enumerable.Range(first, Math.Min(Block, count - first))];
            using IDisposable step = Engine.BeginStep(gradients: false);
            Tensor[] z = DgvaeFusion.Of(EncodeItems(block, null).Vectors, EncodeWords(block, null).Vectors).Both;
            Engine.Read(Tensor.Cat(z, dim: 1)).Values.CopyTo(users.Values, first * width);
            Forget();
        }

        using (Engine.BeginStep(gradients: false))
        {
            (Tensor rows, Tensor shares) = Shares(items, null);
            // Scores are cosines over τ: it goes to the items' side.
            return new PrototypeMixture(users, Engine.Read(rows / options.Temperature), Engine.Read(shares));
        }
    }

    /// <summary>Of interactions and words: −log likelihood and divergence; and the mutual information of the two.</summary>
    public override Losses Loss(Batch batch)
    {
        Forget();
        int[] users = batch.UserNumbers.ToArray();
        (Latent byItems, Latent byWords) = (EncodeItems(users, batch), EncodeWords(users, batch));
        DgvaeFusion z = DgvaeFusion.Of(byItems.Vectors, byWords.Vectors);
        double annealed = Math.Min(options.DivergenceWeight, batch.Epoch / (double)options.AnnealingEpochs);
        return new Losses()
            .Add("items", ItemLoss(users, z.Both, byItems), "lower train.learningRate or raise train.temperature")
            .Add("words", WordLoss(z.Both, byWords) * options.WordWeight, "lower train.wordWeight")
            .Add(
                "divergence",
                (Divergence(byItems) * annealed) + (Divergence(byWords) * (annealed * options.WordWeight)),
                "lower train.divergenceWeight"
            )
            .Add("information", z.Information() * options.MutualInformationWeight, "lower train.mutualInformationWeight");
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        Forget();
        itemGraph.Dispose();
        foreach (Tensor constant in features)
        {
            constant.Dispose();
        }
    }

    private static float[] Positive(float[] values) => Array.ConvertAll(values, static value => MathF.Max(value, 0));

    /// <summary>h, of unit length, and c = softmax of ⟨h, prototype⟩ / τ, in training with Gumbel noise.</summary>
    private (Tensor Rows, Tensor Shares) Shares(Branch branch, Batch? batch)
    {
        Tensor rows = branch.Embeddings.Normalize();
        Tensor logits = rows.Mm(branch.Prototypes.Normalize().T()) / options.Temperature;
        if (batch is not null)
        {
            RandomStream stream = batch.Stream(Seed, $"{branch.Name} shares");
            logits += Engine.Constant(RandomMatrix.Gumbel(logits.Rows, logits.Columns, stream));
        }

        return (rows, logits.Softmax());
    }

    /// <summary>x_k = x ⊙ c_k of unit length, then ½ (x_k + x_k A … A) W + b: the graph passes over W, which is the same.</summary>
    private Latent EncodeItems(int[] users, Batch? batch)
    {
        (Tensor rows, Tensor shares) = Shares(items, batch);
        Tensor weight = items.Encoder.Weight;
        Tensor passed = weight;
        for (int layer = 0; layer < options.ItemGraphLayers; layer++)
        {
            passed = itemGraph.Mm(passed);
        }

        Tensor encoder = options.ItemGraphLayers == 0 ? weight : (weight + passed) / 2;
        SparseTensor all = Chosen(users, null, 0);
        return Encode(
            items,
            batch,
            rows,
            shares,
            (k, c) => (Chosen(users, batch, k).Mm(encoder * c), all.Mm(c * c)),
            users.Length
        );
    }

    /// <summary>The same of a user's words, which no graph joins.</summary>
    private Latent EncodeWords(int[] users, Batch? batch)
    {
        SparseTensor all = Chosen(users, null, 0);
        Tensor said = Tensor.Cat([.. features.Select(all.Mm)], dim: 1).Normalize();
        (Tensor rows, Tensor shares) = Shares(words, batch);
        Latent latent = Encode(
            words,
            batch,
            rows,
            shares,
            (k, c) =>
            {
                Tensor kept = batch is null ? said : said.Dropout(options.Dropout, batch.Stream(Seed, $"words {k}"));
                return (kept.Mm(words.Encoder.Weight * c), (said * said).Mm(c * c));
            },
            users.Length
        );
        return latent with { Said = said };
    }

    // Of each prototype: μ of unit length, log σ², and z = μ + ε σ of unit length; z = μ where nothing is trained.
    private Latent Encode(
        Branch branch,
        Batch? batch,
        Tensor rows,
        Tensor shares,
        Func<int, Tensor, (Tensor Sum, Tensor Squares)> project,
        int count
    )
    {
        int d = options.EmbeddingSize;
        var vectors = new Tensor[options.Prototypes];
        var logVariances = new Tensor[vectors.Length];
        // Whoever has nothing keeps the bias alone.
        Tensor least = Engine.Constant(Initial.Filled(count, 1, 1e-24f));
        for (int k = 0; k < vectors.Length; k++)
        {
            (Tensor sum, Tensor squares) = project(k, shares.Narrow(1, k, 1));
            Tensor h = (sum * (squares + least).Pow(-0.5)) + branch.Encoder.Bias;
            (Tensor mean, Tensor logVariance) = (h.Narrow(1, 0, d).Normalize(), -h.Narrow(1, d, d));
            if (batch is not null)
            {
                Matrix noise = RandomMatrix.Normal(count, d, batch.Stream(Seed, $"{branch.Name} noise {k}"));
                Tensor deviation = (logVariance * 0.5).Exp() * options.NoiseDeviation;
                mean = (mean + (Engine.Constant(noise) * deviation)).Normalize();
            }

            (vectors[k], logVariances[k]) = (mean, logVariance);
        }

        return new Latent(rows, shares, vectors, logVariances, null);
    }

    /// <summary>
    /// −Σ_i x_ui log softmax_i(ln Σ_k c_ik e^(⟨z_uk, h_i⟩/τ)), a mean over the users: what was chosen by its edges, the rest in
    /// full.
    /// </summary>
    private Tensor ItemLoss(int[] users, Tensor[] z, Latent latent)
    {
        var degrees = new Matrix(users.Length, 1);
        var edgeUsers = new List<int>();
        var edgeItems = new List<int>();
        for (int row = 0; row < users.Length; row++)
        {
            ReadOnlySpan<int> own = Graph.Ones.RowColumns(users[row]);
            degrees[row, 0] = own.Length;
            edgeUsers.AddRange(Enumerable.Repeat(row, own.Length));
            edgeItems.AddRange(own);
        }

        IndexTensor byUser = Engine.Indices([.. edgeUsers], 1, users.Length);
        IndexTensor byItem = Engine.Indices([.. edgeItems], 1, Graph.ItemCount);
        Tensor scaled = latent.Rows / options.Temperature;
        Tensor rows = scaled.Gather(byItem);
        Tensor shares = latent.Shares.Gather(byItem);
        Tensor likelihoods = z.Select((v, k) => (v.Gather(byUser) * rows).Sum(1).Exp() * shares.Narrow(1, k, 1)).Sum();
        Tensor totals = PrototypeMixture.Likelihoods(z, scaled, latent.Shares).Sum(1).Log();
        return ((totals * Engine.Constant(degrees)).Sum() - likelihoods.Log().Sum()) / users.Length;
    }

    private Tensor WordLoss(Tensor[] z, Latent latent)
    {
        Tensor said = latent.Said!;
        Tensor likelihoods = PrototypeMixture.Likelihoods(z, latent.Rows / options.Temperature, latent.Shares);
        Tensor totals = likelihoods.Sum(1).Log();
        return ((totals * said.Sum(1)).Sum() - (said * likelihoods.Log()).Sum()) / said.Rows;
    }

    /// <summary>Σ_k ½ Σ_d (σ² − log σ² − 1), a mean over the users.</summary>
    private Tensor Divergence(Latent latent)
    {
        Tensor sum = latent.LogVariances.Select(static v => (v.Exp() - v).Sum()).Sum();
        var constant = new Matrix(1, 1, [-0.5f * options.Prototypes * options.EmbeddingSize]);
        return (sum * (0.5 / latent.LogVariances[0].Rows)) + Engine.Constant(constant);
    }

    // The users' rows of the interaction matrix, in training without what is dropped; kept until the step is over.
    private SparseTensor Chosen(int[] users, Batch? batch, int prototype)
    {
        CsrMatrix rows = Graph.Ones.SelectRows(users);
        float[] values = rows.Values;
        RandomStream stream = batch?.Stream(Seed, $"interactions {prototype}") ?? default;
        float kept = (float)(1 / (1 - options.Dropout));
        for (int entry = 0; entry < values.Length; entry++)
        {
            values[entry] =
                batch is null ? 1f
                : stream.NextDouble() < options.Dropout ? 0f
                : kept;
        }

        SparseTensor made = Engine.Sparse(rows);
        chosen.Add(made);
        return made;
    }

    private void Forget()
    {
        chosen.ForEach(static s => s.Dispose());
        chosen.Clear();
    }

    /// <summary>One of the two auto-encoders: vectors of its items or words, prototypes, and the encoder of μ and log σ².</summary>
    private sealed record Branch(string Name, Tensor Embeddings, Tensor Prototypes, Linear Encoder)
    {
        public static Branch Add(ParameterSet parameters, string name, int rows, DgvaeOptions options, long seed)
        {
            int d = options.EmbeddingSize;
            return new Branch(
                name,
                parameters.AddXavier($"{name} embeddings", rows, d, seed),
                parameters.AddXavier($"{name} prototypes", options.Prototypes, d, seed),
                Linear.Add(parameters, $"{name} encoder", rows, 2 * d, seed)
            );
        }
    }

    /// <summary>What an encoder makes of users: a vector and log σ² for each prototype; <see cref="Said"/> is a user's words.</summary>
    private sealed record Latent(Tensor Rows, Tensor Shares, Tensor[] Vectors, Tensor[] LogVariances, Tensor? Said);
}
