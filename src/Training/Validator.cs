using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>
/// Recall@20 and NDCG@20 on the validation part by full ranking: training items left out, means over the users who have validation
/// items, users without training interactions left out (as MMRec defines them).
/// </summary>
internal sealed class Validator
{
    private const int K = 20;

    private readonly IEngine engine;
    private readonly int[] users;
    private readonly int[][] relevant;
    private readonly CsrMatrix exclude;

    public Validator(IEngine engine, InteractionGraph graph, TrainingInput input)
    {
        this.engine = engine;
        var items = new List<int>?[input.UserCount];
        for (int e = 0; e < input.ValidUsers.Length; e++)
        {
            (items[input.ValidUsers[e]] ??= []).Add(input.ValidItems[e]);
        }

        users = [.. Enumerable.Range(0, input.UserCount).Where(u => items[u] is not null && graph.UserDegrees[u] > 0)];
        if (users.Length == 0)
        {
            throw new InputException(
                "No user of the validation part has training interactions, so nothing can be validated: check the split."
            );
        }

        relevant = [.. users.Select(u => items[u]!.Distinct().Order().ToArray())];
        exclude = graph.Ones.SelectRows(users);
    }

    /// <summary>Ranks with a model's scores, outside of any step.</summary>
    public (double Recall, double Ndcg) Measure(Scorer scorer)
    {
        double recall = 0;
        double ndcg = 0;
        int first = 0;
        foreach (TopItems top in scorer.Rank(engine, users, K, exclude))
        {
            for (int query = 0; query < top.QueryCount; query++)
            {
                (double hits, double gain) = Score(top.Items.AsSpan(query * K, K), relevant[first + query]);
                recall += hits;
                ndcg += gain;
            }

            first += top.QueryCount;
        }

        return (recall / users.Length, ndcg / users.Length);
    }

    /// <summary>Recall and NDCG of one list; the wanted items ascend.</summary>
    private static (double Recall, double Ndcg) Score(ReadOnlySpan<int> list, int[] wanted)
    {
        int hits = 0;
        double gain = 0;
        for (int rank = 0; rank < K; rank++)
        {
            if (list[rank] >= 0 && Array.BinarySearch(wanted, list[rank]) >= 0)
            {
                hits++;
                gain += 1 / Math.Log2(rank + 2);
            }
        }

        double ideal = 0;
        for (int rank = 0; rank < Math.Min(K, wanted.Length); rank++)
        {
            ideal += 1 / Math.Log2(rank + 2);
        }

        return ((double)hits / wanted.Length, gain / ideal);
    }
}
