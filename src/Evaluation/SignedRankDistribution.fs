/// The exact null distribution of the signed-rank statistic.
module internal CranePipeline.Evaluation.SignedRankDistribution

/// P(W ≤ w): the share of the 2ⁿ sign patterns whose positive ranks sum to at most w. Ranks and w are given doubled, since ties share
/// a middle rank, which may be a half.
let atMost (doubledRanks: int[]) doubledW =
    // Counts of patterns by sum; exact in a double up to n = 50, since 2⁵⁰ < 2⁵³.
    let counts = Array.zeroCreate<float>(Array.sum doubledRanks + 1)
    counts[0] <- 1.0
    let mutable largest = 0

    for rank in doubledRanks do
        largest <- largest + rank

        for sum in largest .. -1 .. rank do
            counts[sum] <- counts[sum] + counts[sum - rank]

    Array.sum counts[..doubledW] / (2.0 ** float doubledRanks.Length)
