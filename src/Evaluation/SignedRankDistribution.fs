/// The exact null distribution of the signed-rank statistic.
module internal CranePipeline.Evaluation.SignedRankDistribution

/// P(W ≤ w) for n differences without ties: the share of the 2ⁿ sign patterns whose positive ranks sum to at most w.
let atMost n w =
    // Counts of patterns by sum; exact in a double up to n = 50, since 2⁵⁰ < 2⁵³.
    let counts = Array.zeroCreate<float>(n * (n + 1) / 2 + 1)
    counts[0] <- 1.0

    for rank in 1..n do
        for sum in rank * (rank + 1) / 2 .. -1 .. rank do
            counts[sum] <- counts[sum] + counts[sum - rank]

    Array.sum counts[..w] / (2.0 ** float n)
