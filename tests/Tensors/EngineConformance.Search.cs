using NUnit.Framework;

namespace CranePipeline.Tensors.Tests;

/// <content>The search for the largest inner products.</content>
public abstract partial class EngineConformance
{
    [TestCase(1, 1, 1, 1)]
    [TestCase(5, 9, 3, 4)]
    [TestCase(60, 700, 16, 20)]
    [TestCase(130, 1100, 5, 3)]
    public void Search_finds_what_sorting_all_scores_finds(int queryCount, int itemCount, int width, int k)
    {
        // Small whole numbers make every sum exact and ties frequent.
        var random = new RandomStream(6, "search", itemCount);
        Matrix queries = Whole(queryCount + 2, width);
        Matrix items = Whole(itemCount, width);
        CsrMatrix exclude =
            itemCount == 1
                ? new CsrMatrix(3, 1, [0, 0, 0, 0], [], [])
                : OperationCases.Csr(queryCount + 3, itemCount, Math.Min(5 * queryCount, itemCount));
        using Tensor q = engine.Constant(new Matrix(queryCount, width, queries.Values[(2 * width)..]));
        using Tensor m = engine.Constant(items);
        TopItems open = engine.TopItems(q, m, k);
        TopItems closed = engine.TopItems(q, m, k, exclude, firstQuery: 2);
        Assert.That((open.QueryCount, open.K, open.Items.Length), Is.EqualTo((queryCount, k, queryCount * k)));
        for (int query = 0; query < queryCount; query++)
        {
            AssertRow(open, query, []);
            AssertRow(closed, query, exclude.RowColumns(query + 2).ToArray());
        }

        Matrix Whole(int rows, int columns)
        {
            var matrix = new Matrix(rows, columns);
            foreach (ref float value in matrix.Values.AsSpan())
            {
                value = random.NextInt32(5) - 2;
            }

            return matrix;
        }

        void AssertRow(TopItems found, int query, int[] excluded)
        {
            (int Item, float Score)[] expected =
            [
                .. Enumerable
                    .Range(0, itemCount)
                    .Except(excluded)
                    .Select(item => (item, (float)Reference.Sum(width, p => queries[query + 2, p] * items[item, p])))
                    .OrderByDescending(pair => pair.Item2)
                    .ThenBy(pair => pair.item)
                    .Take(k),
            ];
            Assert.That(
                Enumerable.Range(query * k, expected.Length).Select(place => (found.Items[place], found.Scores[place])),
                Is.EqualTo(expected)
            );
        }
    }

    [Test]
    public void Search_fills_up_where_too_few_items_are_eligible()
    {
        using Tensor q = engine.Constant(new Matrix(2, 1, [1, -1]));
        using Tensor m = engine.Constant(new Matrix(3, 1, [5, 7, 6]));
        var exclude = new CsrMatrix(2, 3, [0, 1, 4], [1, 0, 1, 2], [1, 1, 1, 1]);
        TopItems found = engine.TopItems(q, m, 4, exclude);
        Assert.That(found.Items, Is.EqualTo(new[] { 2, 0, -1, -1, -1, -1, -1, -1 }));
        Assert.That(found.Scores[..3], Is.EqualTo(new[] { 6, 5, float.NegativeInfinity }));
    }

    [Test]
    public void Search_fills_lists_that_are_there_and_no_more_of_their_arrays()
    {
        using Tensor q = engine.Constant(new Matrix(2, 1, [1, -1]));
        using Tensor m = engine.Constant(new Matrix(3, 1, [5, 7, 6]));
        int[] items = [.. Enumerable.Repeat(9, 10)];
        float[] scores = [.. Enumerable.Repeat(9f, 10)];
        engine.TopItems(q, m, new TopItems(2, 4, items, scores));
        Assert.That(items, Is.EqualTo(new[] { 1, 2, 0, -1, 0, 2, 1, -1, 9, 9 }));
        Assert.That(scores[..4], Is.EqualTo(new[] { 7, 6, 5, float.NegativeInfinity }));
        Assert.That(scores[8..], Has.All.EqualTo(9f));
        Assert.That(() => engine.TopItems(q, m, new TopItems(1, 4)), Throws.ArgumentException.With.Message.Contains("1 queries"));
        Assert.That(() => engine.TopItems(q, m, new TopItems(2, 4, items[..7], scores)), Throws.ArgumentException);
    }
}
