using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>The parameters of a round of recursive cross-modal attention; D is modalities · d.</summary>
/// <param name="Joint"><c>[(D + 1) × d]</c>: W_J, and b_J in the last row.</param>
/// <param name="Query">For each modality W_m, <c>[d × d]</c>.</param>
/// <param name="Residual">For each modality W_h,m, <c>[d × d]</c>.</param>
internal sealed record AttentionRound(Tensor Joint, Tensor[] Query, Tensor[] Residual)
{
    public static AttentionRound[] Create(ParameterSet parameters, TrainOptions options, int modalities, long seed)
    {
        var rounds = new AttentionRound[options.Rounds];
        for (int round = 0; round < rounds.Length; round++)
        {
            rounds[round] =
                round > 0 && options.ShareRounds ? rounds[0] : CreateOne(parameters, options, modalities, round, seed);
        }

        return rounds;
    }

    private static AttentionRound CreateOne(ParameterSet parameters, TrainOptions options, int modalities, int round, long seed)
    {
        int d = options.EmbeddingSize;
        int width = modalities * d;
        Matrix weight = Initial.Xavier(width, d, seed, $"joint {round}");
        var joint = new Matrix(width + 1, d);
        weight.Values.CopyTo(joint.Values, 0);
        Tensor jointParameter = parameters.AddContent($"joint {round}", joint);
        var query = new Tensor[modalities];
        var residual = new Tensor[modalities];
        for (int m = 0; m < modalities; m++)
        {
            query[m] = parameters.AddContent($"query {round} {m}", Initial.Xavier(d, d, seed, $"query {round} {m}"));
            residual[m] = parameters.AddContent(
                $"residual {round} {m}",
                options.ResidualInit == ResidualInit.Zero ? new Matrix(d, d) : Initial.Xavier(d, d, seed, $"residual {round} {m}")
            );
        }

        return new AttentionRound(jointParameter, query, residual);
    }
}
