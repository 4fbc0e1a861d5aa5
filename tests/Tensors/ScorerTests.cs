using CranePipeline.Tensors.Cpu;
using NUnit.Framework;

namespace CranePipeline.Tensors.Tests;

/// <summary>Every way of scoring against its formula, over all items, with ties, exclusions and more blocks than one.</summary>
[TestFixture]
public sealed class ScorerTests
{
    private const int Users = 2500;
    private const int Items = 37;

    private static CsrMatrix Interactions()
    {
        var stream = new RandomStream(1, "interactions");
        (int User, int Item)[] pairs =
        [
            .. Enumerable.Range(0, 4 * Users).Select(_ => (stream.NextInt32(Users), stream.NextInt32(Items))).Distinct(),
        ];
        int[] users = [.. pairs.Select(static p => p.User)];
        int[] items = [.. pairs.Select(static p => p.Item)];
        return CsrMatrix.FromEntries(Users, Items, users, items, new float[pairs.Length]);
    }

    private static Matrix Random(int rows, int columns, string purpose, bool positive = false)
    {
        var stream = new RandomStream(2, purpose);
        var matrix = new Matrix(rows, columns);
        foreach (ref float value in matrix.Values.AsSpan())
        {
            value = positive ? 0.1f + stream.NextSingle() : (float)stream.NextNormal();
        }

        return matrix;
    }

    // Few different numbers, so that sums are exact and often equal.
    private static NeighbourSums Neighbours(CsrMatrix interactions)
    {
        const int Places = 5;
        var stream = new RandomStream(3, "neighbours");
        var neighbours = new int[Items * Places];
        var weights = new float[neighbours.Length];
        for (int item = 0; item < Items; item++)
        {
            int filled = stream.NextInt32(Places + 1);
            for (int place = 0; place < Places; place++)
            {
                int at = (item * Places) + place;
                neighbours[at] = place < filled ? (item + 1 + (place * 3)) % Items : -1;
                weights[at] = place < filled ? stream.NextInt32(3) / 2f : 0f;
            }
        }

        return new NeighbourSums(interactions, neighbours, weights);
    }

    [Test]
    public void Inner_products()
    {
        (Matrix users, Matrix items) = (Random(Users, 6, "users"), Random(Items, 6, "items"));
        Check(
            new InnerProducts(users, items),
            (user, item) => Enumerable.Range(0, 6).Sum(d => (double)users[user, d] * items[item, d])
        );
    }

    [Test]
    public void Sums_over_the_neighbours_of_what_a_user_has_chosen()
    {
        NeighbourSums sums = Neighbours(Interactions());
        Check(
            sums,
            (user, item) =>
                sums
                    .Interactions.RowColumns(user)
                    .ToArray()
                    .SelectMany(chosen => Enumerable.Range(chosen * sums.Places, sums.Places))
                    .Where(place => sums.Neighbours[place] == item)
                    .Sum(place => (double)sums.Weights[place])
        );
    }

    [Test]
    public void A_mixture_of_prototypes()
    {
        (Matrix users, Matrix items, Matrix shares) = (
            Random(Users, 3 * 4, "users"),
            Random(Items, 4, "items"),
            Random(Items, 3, "shares", positive: true)
        );
        Check(
            new PrototypeMixture(users, items, shares),
            (user, item) =>
                Math.Log(
                    Enumerable
                        .Range(0, 3)
                        .Sum(k =>
                            shares[item, k]
                            * Math.Exp(Enumerable.Range(0, 4).Sum(d => (double)users[user, (k * 4) + d] * items[item, d]))
                        )
                )
        );
    }

    [Test]
    public void Shapes_that_do_not_fit_are_told() =>
        Assert.Multiple(() =>
        {
            Assert.That(
                () => new InnerProducts(new Matrix(3, 4), new Matrix(2, 5)),
                Throws.ArgumentException.With.Message.Contains("equally wide")
            );
            Assert.That(
                () => new PrototypeMixture(new Matrix(3, 8), new Matrix(2, 4), new Matrix(2, 3)),
                Throws.ArgumentException.With.Message.Contains("3 prototypes of width 4")
            );
        });

    private static void Check(Scorer scorer, Func<int, int, double> formula)
    {
        using var engine = new CpuEngine();
        CsrMatrix known = Interactions();
        int[] users = [.. Enumerable.Range(0, Users).Reverse()];
        CsrMatrix exclude = Chosen(known, users);
        TopItems[] blocks = [.. scorer.Rank(engine, users, Items, exclude)];
        Assert.That(blocks.Sum(static block => block.QueryCount), Is.EqualTo(Users));
        int[] items = [.. blocks.SelectMany(static block => block.Items)];
        float[] scores = [.. blocks.SelectMany(static block => block.Scores)];
        int[] first = [.. scorer.Rank(engine, users, 4, exclude).SelectMany(static block => block.Items)];
        for (int row = 0; row < Users; row += 7)
        {
            int user = users[row];
            int[] list = items[(row * Items)..((row + 1) * Items)];
            int left = Items - known.RowColumns(user).Length;
            Assert.That(list[left..], Is.All.EqualTo(-1));
            Assert.That(list[..left].Order(), Is.EqualTo(Enumerable.Range(0, Items).Except(known.RowColumns(user).ToArray())));
            Assert.That(
                first[(row * 4)..((row * 4) + 4)],
                Is.EqualTo(list[..4]),
                "a shorter list is the beginning of a longer one"
            );
            for (int place = 0; place < left; place++)
            {
                float score = scores[(row * Items) + place];
                Assert.That(score, Is.EqualTo(formula(user, list[place])).Within(1e-4), $"user {user}, place {place}");
                if (place > 0)
                {
                    float before = scores[(row * Items) + place - 1];
                    Assert.That(
                        before > score || (before == score && list[place - 1] < list[place]),
                        $"user {user}, place {place}"
                    );
                }
            }
        }
    }

    private static CsrMatrix Chosen(CsrMatrix matrix, int[] rows)
    {
        int[] offsets = new int[rows.Length + 1];
        for (int row = 0; row < rows.Length; row++)
        {
            offsets[row + 1] = offsets[row] + matrix.RowColumns(rows[row]).Length;
        }

        int[] columns = [.. rows.SelectMany(row => matrix.RowColumns(row).ToArray())];
        return new CsrMatrix(rows.Length, matrix.Columns, offsets, columns, new float[columns.Length]);
    }
}
