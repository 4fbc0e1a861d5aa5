using CranePipeline.Tensors;

namespace CranePipeline.Features;

/// <summary>Turns what a source gave into a table: reduction, missing rows, standardising, and the statistics of all that.</summary>
internal static class TableMaker
{
    private const double Rounding = 1e-6;

    internal static ModalityFeatures Finish(
        string name,
        RawVectors raw,
        string[] itemIds,
        ModalityOptions options,
        IEngine engine
    )
    {
        Matrix values = raw.Values;
        bool[] present = raw.Present;
        (int nonFinite, int firstNonFinite) = DropNonFinite(values, present);
        // An all-zero row, as which a missing image is often stored, would become minus the mean, and so like every other one.
        double[] sourceNorms = RowOperations.Norms(values);
        bool[] nonZero = [.. present.Select((isPresent, row) => isPresent && sourceNorms[row] > 0)];
        bool[] zero = [.. present.Select((isPresent, row) => isPresent && !nonZero[row])];
        double[] mean = RowOperations.Mean(values, nonZero);
        double[] variance = RowOperations.Variance(values, nonZero, mean);
        string? uninformative = Uninformative(present, nonZero, nonFinite, mean, variance, itemIds);
        (int duplicateRows, int largestGroup) = RowOperations.Duplicates(values, present);
        double? explained = raw.ExplainedVariance;
        bool isReduced = uninformative is null && options.Reduce > 0 && options.Reduce < values.Columns;
        if (isReduced)
        {
            RowOperations.Center(values, nonZero, mean);
            PrincipalComponents components = PrincipalComponents.Of(values, options, engine);
            values = components.Rows;
            explained = (explained ?? 1) * components.ExplainedVariance;
            mean = RowOperations.Mean(values, nonZero);
        }

        double meanNorm = Math.Sqrt(mean.Sum(value => value * value));
        variance = isReduced ? RowOperations.Variance(values, nonZero, mean) : variance;
        if (options.Standardize is Standardization.Center or Standardization.CenterAndNormalize)
        {
            RowOperations.Center(values, nonZero, mean);
        }
        else
        {
            RowOperations.Fill(values, present, mean);
        }

        double medianNorm = Median(RowOperations.Norms(values).Where((_, row) => nonZero[row]));
        if (options.Standardize is Standardization.Normalize or Standardization.CenterAndNormalize)
        {
            // An item whose own vector is the mean, up to rounding, points nowhere.
            RowOperations.Normalize(values, Rounding * medianNorm);
        }

        int presentCount = present.Count(isPresent => isPresent);
        var statistics = new FeatureStatistics
        {
            Items = values.Rows,
            Width = values.Columns,
            SourceWidth = raw.SourceWidth,
            Origin = raw.Origin,
            Derived = raw.Derived,
            SourceRecords = raw.SourceRecords,
            Boilerplate = raw.Boilerplate,
            Present = presentCount,
            MeanFilled = values.Rows - presentCount,
            NonFinite = nonFinite,
            NonFiniteExample = nonFinite > 0 ? itemIds[firstNonFinite] : null,
            Uninformative = uninformative,
            RepeatedIds = raw.RepeatedIds,
            ZeroRows = zero.Count(isZero => isZero),
            ZeroRowExample = zero.Contains(true) ? itemIds[Array.IndexOf(zero, true)] : null,
            DuplicateRows = duplicateRows,
            LargestDuplicateGroup = largestGroup,
            ExplainedVariance = explained,
            Standardization = options.Standardize,
            MeanNorm = meanNorm,
            MedianRowNorm = medianNorm,
            Spread = Spread(variance),
        };
        return new ModalityFeatures(name, values, present, statistics);
    }

    // Vectors that differ by no more than rounding would be scaled up to noise.
    private static string? Uninformative(
        bool[] present,
        bool[] nonZero,
        int nonFinite,
        double[] mean,
        double[] variance,
        string[] itemIds
    )
    {
        int all = present.Count(isPresent => isPresent);
        int count = nonZero.Count(isNonZero => isNonZero);
        if (all == 0)
        {
            return nonFinite > 0 ? $"all {nonFinite} vectors have a NaN or an infinity in them" : "no item has a vector";
        }

        double square = mean.Sum(value => value * value);
        double spread = variance.Sum();
        return count == 0 ? $"all {all} vectors are zero"
            : spread <= Rounding * Rounding * square
                ? $"all {count} vectors{(count < all ? " that are not zero" : "")} are the same, "
                    + $"that of item '{itemIds[Array.IndexOf(nonZero, true)]}'"
            : null;
    }

    private static (int Dropped, int First) DropNonFinite(Matrix values, bool[] present)
    {
        bool[] finite = RowOperations.Finite(values);
        int dropped = 0;
        int first = -1;
        for (int row = 0; row < present.Length; row++)
        {
            if (!finite[row])
            {
                values.Row(row).Clear();
                present[row] = false;
                first = dropped++ == 0 ? row : first;
            }
        }

        return (dropped, first);
    }

    private static DimensionSpread Spread(double[] variance)
    {
        double sum = 0;
        double squares = 0;
        int constant = 0;
        double largest = variance.DefaultIfEmpty(0).Max();
        foreach (double value in variance)
        {
            sum += value;
            squares += value * value;
            constant += value <= Rounding * Rounding * largest ? 1 : 0;
        }

        return new DimensionSpread(
            Math.Sqrt(variance.DefaultIfEmpty(0).Min()),
            Math.Sqrt(Median(variance)),
            Math.Sqrt(largest),
            constant,
            squares == 0 ? 0 : sum * sum / squares
        );
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values];
        Array.Sort(sorted);
        return sorted.Length == 0 ? 0 : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
