using System.Globalization;
using CranePipeline.Evaluation;

namespace CranePipeline.Commands;

/// <summary>Metrics as a terminal shows them.</summary>
internal static class MetricText
{
    /// <summary>"0.0931 ± 0.0004": mean and sample standard deviation over the runs that have the metric; a dash where none has.</summary>
    /// <param name="runs">Metrics of each run by name.</param>
    /// <param name="metric">The metric.</param>
    public static string Mean(IEnumerable<IReadOnlyDictionary<string, double>> runs, string metric)
    {
        double[] values = [.. runs.Where(run => run.ContainsKey(metric)).Select(run => run[metric])];
        if (values.Length == 0)
        {
            return "–";
        }

        Interval seeds = Significance.MeanInterval(values, confidence: 0.95);
        return seeds.Count == 1
            ? seeds.Mean.ToString("F4", CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{seeds.Mean:F4} ± {seeds.StandardDeviation:F4}");
    }
}
