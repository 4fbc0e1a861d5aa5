using CranePipeline.Tensors;

namespace CranePipeline.Benchmarks;

/// <summary>Seeded inputs for the tensor benchmarks.</summary>
internal static class TensorsData
{
    public static Matrix Normal(int rows, int columns)
    {
        var random = new RandomStream(1, "benchmark", columns);
        var matrix = new Matrix(rows, columns);
        foreach (ref float value in matrix.Values.AsSpan())
        {
            value = 0.1f * (float)random.NextNormal();
        }

        return matrix;
    }

    /// <summary>A symmetric graph between users and items whose popularity falls as a power law.</summary>
    public static CsrMatrix Graph(int users, int items, int interactions)
    {
        var random = new RandomStream(2, "graph");
        var pairs = new HashSet<(int User, int Item)>();
        while (pairs.Count < interactions)
        {
            pairs.Add((random.NextInt32(users), (int)(items * Math.Pow(random.NextDouble(), 2.2))));
        }

        var rows = new int[2 * interactions];
        var columns = new int[2 * interactions];
        int place = 0;
        foreach ((int user, int item) in pairs)
        {
            (rows[place], columns[place++]) = (user, users + item);
            (rows[place], columns[place++]) = (users + item, user);
        }

        var values = new float[rows.Length];
        values.AsSpan().Fill(0.1f);
        return CsrMatrix.FromEntries(users + items, users + items, rows, columns, values);
    }
}
