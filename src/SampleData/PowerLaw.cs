namespace CranePipeline.SampleData;

/// <summary>
/// Popularity by rank: weight 1 / (rank + offset), Zipf's law with Mandelbrot's offset. Only additions and divisions, so
/// the generated files are the same bytes on every machine.
/// </summary>
internal static class PowerLaw
{
    /// <summary>The weights of ranks 0 … count − 1, largest first.</summary>
    public static double[] Weights(int count, double offset)
    {
        double[] weights = new double[count];
        for (int rank = 0; rank < count; rank++)
        {
            weights[rank] = 1 / (rank + offset);
        }

        return weights;
    }

    /// <summary>
    /// Shares a total out in proportion to the weights, everybody getting between least and most, summing exactly to the
    /// total: the fractional parts are settled in order of rank.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The total does not fit between the bounds.</exception>
    public static int[] Share(double[] weights, long total, int least, int most)
    {
        int count = weights.Length;
        ArgumentOutOfRangeException.ThrowIfLessThan(total, (long)least * count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(total, (long)most * count);
        double mass = 0;
        foreach (double weight in weights)
        {
            mass += weight;
        }

        int[] shares = new int[count];
        double carry = 0;
        long left = total - (long)least * count;
        double scale = left / mass;
        for (int rank = 0; rank < count; rank++)
        {
            carry += weights[rank] * scale;
            int extra = (int)Math.Min(Math.Min((long)carry, most - least), left);
            carry = Math.Min(carry - extra, 1_000_000);
            shares[rank] = least + extra;
            left -= extra;
        }

        for (int rank = 0; left > 0; rank = (rank + 1) % count)
        {
            if (shares[rank] < most)
            {
                shares[rank]++;
                left--;
            }
        }

        return shares;
    }
}
