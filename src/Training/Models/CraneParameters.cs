using System.Globalization;
using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>What CRANE trains, and where it starts.</summary>
internal static class CraneParameters
{
    /// <summary>e_u, e_i and W of eq. 3.</summary>
    public static CraneBranch Branch(ParameterSet parameters, CraneOptions options, ModelContext context, string name)
    {
        (InteractionGraph graph, int d, int members, long seed) = (
            context.Graph,
            options.EmbeddingSize,
            options.Members,
            context.Seed
        );
        Tensor users = parameters.Add(
            $"{name}users",
            Initial.Members(graph.UserCount, d, members, seed, $"{name}user embeddings")
        );
        Tensor items = parameters.Add(
            $"{name}items",
            Initial.Members(graph.ItemCount, d, members, seed, $"{name}item embeddings")
        );
        int count = options.PropagationWeights switch
        {
            PropagationWeights.Shared => Math.Min(1, options.PropagationLayers),
            PropagationWeights.PerLayer => options.PropagationLayers,
            _ => 0,
        };
        var weights = new Tensor[count];
        for (int layer = 0; layer < count; layer++)
        {
            weights[layer] = parameters.Add($"{name}propagation {layer}", Initial.Identity(d));
        }

        return new CraneBranch(users, items, weights);
    }

    /// <summary>X_m^raw, P_m and the profiles' scores, of modalities that have features or are given derived ones.</summary>
    public static CraneFeatures Features(
        ParameterSet parameters,
        CraneOptions options,
        ModelContext context,
        IReadOnlyList<ModalityInput> modalities,
        bool holdsRaw
    )
    {
        (int d, long seed, StepScale scale) = (options.EmbeddingSize, context.Seed, options.ContentScale);
        var raw = new Tensor[holdsRaw ? modalities.Count : 0];
        var projections = new Tensor[modalities.Count];
        var scores = new Tensor[options.UserAggregation == UserAggregation.Attention ? modalities.Count : 0];
        for (int m = 0; m < modalities.Count; m++)
        {
            CheckPrecision(modalities[m], options, context.Engine);
            Matrix features = modalities[m].Features!;
            if (holdsRaw)
            {
                raw[m] = options.TrainFeatures
                    ? parameters.Add($"features {m}", features, scale)
                    : Held(features, options, context.Engine);
            }

            projections[m] = parameters.Add(
                $"projection {m}",
                options.ProjectionInit == ProjectionInit.Pca
                    ? PrincipalDirections.Of(context.Engine, features, d, seed)
                    : Initial.Xavier(features.Columns, d, seed, $"projection {m}"),
                scale
            );
            if (scores.Length > 0)
            {
                scores[m] = parameters.AddXavier($"profile score {m}", d, 1, seed, scale);
            }
        }

        return new CraneFeatures(raw, projections, scores);
    }

    /// <summary>Constant features for products, at the precision that is asked for.</summary>
    public static Tensor Held(Matrix features, CraneOptions options, IEngine engine) =>
        engine.ProductConstant(features, half: options.FeaturePrecision == FeaturePrecision.Float16);

    private static void CheckPrecision(ModalityInput modality, CraneOptions options, IEngine engine)
    {
        if (options.FeaturePrecision == FeaturePrecision.Float32)
        {
            return;
        }

        if (!engine.HoldsHalf)
        {
            throw new InputException(
                $"train.featurePrecision float16 is not to be had on device {engine.Name}: set it to float32, or use -Device cpu"
            );
        }

        Matrix features = modality.Features!;
        int place = Array.FindIndex(features.Values, static value => Math.Abs(value) > (float)Half.MaxValue);
        if (place >= 0)
        {
            throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"feature {place % features.Columns} of item {place / features.Columns} in modality {modality.Name} "
                        + $"is {features.Values[place]}, beyond the 65504 of "
                        + $"train.featurePrecision float16: scale the features, or set it to float32"
                )
            );
        }
    }

    /// <summary>The parameters of every round; the same ones where rounds are shared.</summary>
    public static CraneRound[] Rounds(ParameterSet parameters, CraneOptions options, int modalities, long seed)
    {
        var rounds = new CraneRound[options.Rounds];
        for (int round = 0; round < rounds.Length; round++)
        {
            rounds[round] = round > 0 && options.ShareRounds ? rounds[0] : Round(parameters, options, modalities, round, seed);
        }

        return rounds;
    }

    private static CraneRound Round(ParameterSet parameters, CraneOptions options, int modalities, int round, long seed)
    {
        (int d, StepScale scale) = (options.EmbeddingSize, options.ContentScale);
        int width = modalities * d;
        var joint = new Matrix(width + 1, d);
        Initial.Xavier(width, d, seed, $"joint {round}").Values.CopyTo(joint.Values, 0);
        Tensor jointParameter = parameters.Add($"joint {round}", joint, scale);
        var query = new Tensor[modalities];
        var residual = new Tensor[modalities];
        for (int m = 0; m < modalities; m++)
        {
            query[m] = parameters.AddXavier($"query {round} {m}", d, d, seed, scale);
            residual[m] = parameters.Add(
                $"residual {round} {m}",
                options.ResidualInit == ResidualInit.Zero
                    ? new Matrix(d, d)
                    : Initial.Xavier(d, d, seed, $"residual {round} {m}"),
                scale
            );
        }

        return new CraneRound(jointParameter, query, residual);
    }
}

/// <summary>The collaborative view's parameters.</summary>
/// <param name="Users">e_u, <c>[users × d]</c>.</param>
/// <param name="Items">e_i, <c>[items × d]</c>.</param>
/// <param name="Weights">W⁽ˡ⁾, <c>[d × d]</c> each; none, one, or one a layer.</param>
internal sealed record CraneBranch(Tensor Users, Tensor Items, Tensor[] Weights);

/// <summary>The items' features and how they are projected.</summary>
/// <param name="Raw">X_m^raw, <c>[items × d_m]</c>; none where <see cref="CraneMoments"/> alone multiplies them.</param>
/// <param name="Projections">P_m, <c>[d_m × d]</c>.</param>
/// <param name="Scores">What <c>userAggregation: attention</c> scores an item by, <c>[d × 1]</c>; else none.</param>
internal sealed record CraneFeatures(Tensor[] Raw, Tensor[] Projections, Tensor[] Scores);

/// <summary>The parameters of a round of recursive cross-modal attention; D is modalities · d.</summary>
/// <param name="Joint"><c>[(D + 1) × d]</c>: W_J, and b_J in the last row.</param>
/// <param name="Query">For each modality W_m, <c>[d × d]</c>.</param>
/// <param name="Residual">For each modality W_h,m, <c>[d × d]</c>.</param>
internal sealed record CraneRound(Tensor Joint, Tensor[] Query, Tensor[] Residual)
{
    public Tensor JointWeight => Joint.Narrow(0, 0, Joint.Rows - 1);

    public Tensor JointBias => Joint.Narrow(0, Joint.Rows - 1, 1);
}
