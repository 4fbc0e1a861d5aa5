using CranePipeline.Tensors;

namespace CranePipeline.Features;

/// <summary>Turns what a source gave into a table: reduction, missing rows, standardising, and the statistics of all that.</summary>
internal static class TableMaker
{
    private const double Rounding = 1e-6;

    internal static ModalityFeatures Finish(string name, RawVectors raw, ModalityOptions options, IEngine engine)
    {
        Matrix values = raw.Values;
        bool[] present = raw.Present;
        int nonFinite = DropNonFinite(values, present);
        double[] mean = RowOperations.Mean(values, present);
        int zeroRows = 0;
        double[] sourceNorms = RowOperations.Norms(values);
        for (int row = 0; row < present.Length; row++)
        {
            zeroRows += present[row] && sourceNorms[row] == 0 ? 1 : 0;
        }

        (int duplicateRows, int largestGroup) = RowOperations.Duplicates(values, present);
        double? explained = raw.ExplainedVariance;
        if (options.Reduce > 0 && options.Reduce < values.Columns)
        {
            RowOperations.Center(values, present, mean);
            PrincipalComponents components = PrincipalComponents.Of(values, options, engine);
            values = components.Rows;
            explained = (explained ?? 1) * components.ExplainedVariance;
            mean = RowOperations.Mean(values, present);
        }

        double meanNorm = Math.Sqrt(mean.Sum(value => value * value));
        double[] variance = RowOperations.Variance(values, present, mean);
        if (options.Standardize is Standardization.Center or Standardization.CenterAndNormalize)
        {
            RowOperations.Center(values, present, mean);
        }
        else
        {
            RowOperations.Fill(values, present, mean);
        }

        double medianNorm = Median(RowOperations.Norms(values).Where((_, row) => present[row]));
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
            RepeatedIds = raw.RepeatedIds,
            ZeroRows = zeroRows,
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

    private static int DropNonFinite(Matrix values, bool[] present)
    {
        bool[] finite = RowOperations.Finite(values);
        int dropped = 0;
        for (int row = 0; row < present.Length; row++)
        {
            if (!finite[row])
            {
                values.Row(row).Clear();
                present[row] = false;
                dropped++;
            }
        }

        return dropped;
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
