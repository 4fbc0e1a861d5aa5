using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>
/// Recall@20 and NDCG@20 on the validation part by full ranking: training items left out, means over the users who have validation
/// items, users without training interactions left out (as MMRec defines them).
/// </summary>
internal sealed class Validator : IDisposable
{
    private const int K = 20;

    private readonly IEngine engine;
    private readonly int[] users;
    private readonly int[][] relevant;
    private readonly CsrMatrix exclude;
    private readonly IndexTensor rows;

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
        exclude = RowsOf(graph.Ones, users);
        rows = engine.Indices(users, 1, input.UserCount);
    }

    /// <summary>Scores the embeddings, within an open step.</summary>
    public (double Recall, double Ndcg) Measure(Tensor userEmbeddings, Tensor itemEmbeddings)
    {
        TopItems top = engine.TopItems(engine.GatherRows(userEmbeddings, rows), itemEmbeddings, K, exclude);
        double recall = 0;
        double ndcg = 0;
        for (int query = 0; query < users.Length; query++)
        {
            int[] wanted = relevant[query];
            int hits = 0;
            double gain = 0;
            for (int rank = 0; rank < K; rank++)
            {
                int item = top.Items[(query * K) + rank];
                if (item >= 0 && Array.BinarySearch(wanted, item) >= 0)
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

            recall += (double)hits / wanted.Length;
            ndcg += gain / ideal;
        }

        return (recall / users.Length, ndcg / users.Length);
    }

    public void Dispose() => rows.Dispose();

    private static CsrMatrix RowsOf(CsrMatrix matrix, int[] rows)
    {
        var offsets = new int[rows.Length + 1];
        for (int row = 0; row < rows.Length; row++)
        {
            offsets[row + 1] = offsets[row] + matrix.RowColumns(rows[row]).Length;
        }

        var columns = new int[offsets[^1]];
        for (int row = 0; row < rows.Length; row++)
        {
            matrix.RowColumns(rows[row]).CopyTo(columns.AsSpan(offsets[row]));
        }

        var values = new float[columns.Length];
        values.AsSpan().Fill(1f);
        return new CsrMatrix(rows.Length, matrix.Columns, offsets, columns, values);
    }
}
