using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>Random numbers a step adds, made by the host so that every engine has the same.</summary>
internal static class RandomMatrix
{
    /// <summary>Standard Gumbel, −ln(−ln u).</summary>
    public static Matrix Gumbel(int rows, int columns, RandomStream stream)
    {
        var noise = new Matrix(rows, columns);
        foreach (ref float value in noise.Values.AsSpan())
        {
            // From (0, 1): the ends would be infinite.
            float u = (stream.NextSingle() * 0.9999999f) + 2.9802322e-8f;
            value = -MathF.Log(-MathF.Log(u));
        }

        return noise;
    }

    /// <summary>Standard normal.</summary>
    public static Matrix Normal(int rows, int columns, RandomStream stream)
    {
        var noise = new Matrix(rows, columns);
        foreach (ref float value in noise.Values.AsSpan())
        {
            value = (float)stream.NextNormal();
        }

        return noise;
    }
}
