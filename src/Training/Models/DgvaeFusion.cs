using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>What interactions and words tell of users together, a vector for each prototype, <c>[users × d]</c>.</summary>
/// <param name="ByItems">What interactions tell, given the words.</param>
/// <param name="ByWords">What words tell, given the interactions.</param>
/// <param name="Both">Their sums.</param>
internal sealed record DgvaeFusion(Tensor[] ByItems, Tensor[] ByWords, Tensor[] Both)
{
    /// <summary>
    /// Each side's vectors given the other's, Σ_j tanh⟨a_i, b_j⟩ σ(δ_ij − mean δ_i) b_j with δ_ij = −‖a_i − b_j‖₁, and the sum of both.
    /// </summary>
    public static DgvaeFusion Of(Tensor[] a, Tensor[] b)
    {
        int count = a.Length;
        var affinity = new Tensor[count, count];
        var nearness = new Tensor[count, count];
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < count; j++)
            {
                Tensor apart = a[i] - b[j];
                affinity[i, j] = (a[i] * b[j]).Sum(1).Tanh();
                nearness[i, j] = -(apart.Relu() + (-apart).Relu()).Sum(1);
            }
        }

        Tensor Given(Func<int, (int I, int J)> pair, Tensor[] values)
        {
            (int I, int J)[] pairs = [.. Enumerable.Range(0, count).Select(pair)];
            Tensor mean = pairs.Select(p => nearness[p.I, p.J]).Sum() / count;
            return pairs.Select((p, k) => values[k] * (affinity[p.I, p.J] * (nearness[p.I, p.J] - mean).Sigmoid())).Sum();
        }

        Tensor[] fromWords = [.. Enumerable.Range(0, count).Select(i => Given(j => (i, j), b))];
        Tensor[] fromItems = [.. Enumerable.Range(0, count).Select(j => Given(i => (i, j), a))];
        return new DgvaeFusion(fromItems, fromWords, [.. fromItems.Zip(fromWords, static (x, y) => x + y)]);
    }

    /// <summary>
    /// Jensen-Shannon estimate: softplus(−⟨a_i, b_i⟩) + mean over j ≠ i of softplus⟨a_i, b_j⟩, a mean over prototypes and users.
    /// </summary>
    public Tensor Information()
    {
        (Tensor[] a, Tensor[] b) = (ByItems, ByWords);
        int count = a.Length;
        IEnumerable<Tensor> parts =
            from i in Enumerable.Range(0, count)
            from j in Enumerable.Range(0, count)
            let product = (a[i] * b[j]).Sum(1)
            select i == j ? (-product).Softplus().Mean() : product.Softplus().Mean() / (count - 1);
        return parts.Sum() / count;
    }
}
