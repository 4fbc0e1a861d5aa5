namespace CranePipeline.Commands;

/// <summary>What trainings took, from which follows how long others may take.</summary>
internal sealed class TrainingTimes
{
    // A training that took no time that could be measured says nothing about ratios.
    private const double Shortest = 0.01;

    // Far more than tables of this size need.
    private const int Turns = 30;

    private readonly Dictionary<(string Dataset, string Model, bool IsTrained), (double Seconds, int Trainings)> history = [];

    /// <summary>Remembers what trainings took, which is what the estimates are made of.</summary>
    public void Remember(string dataset, string model, bool isTrained, int trainings, double seconds)
    {
        if (trainings == 0)
        {
            return;
        }

        (double before, int count) = history.GetValueOrDefault((dataset, model, isTrained));
        history[(dataset, model, isTrained)] = (before + seconds, count + trainings);
    }

    /// <summary>
    /// Seconds that work may take: a training as long as those of the same model on the same data set, else as the model's on other data
    /// and other models' on the same data let expect: a time is taken for a product of one factor a model and one a data set. Null where
    /// nothing is known. Models that are not trained are told apart, and take no time where none has been run.
    /// </summary>
    public double? Estimate(IEnumerable<QueuedWork> left)
    {
        double seconds = 0;
        foreach (QueuedWork work in left)
        {
            double? each = One(work.Dataset, work.Model, work.IsTrained) ?? (work.IsTrained ? null : 0);
            if (each is null)
            {
                return null;
            }

            seconds += each.Value * work.Trainings;
        }

        return seconds;
    }

    private double? One(string dataset, string model, bool isTrained)
    {
        if (history.TryGetValue((dataset, model, isTrained), out (double Seconds, int Trainings) same))
        {
            return same.Seconds / same.Trainings;
        }

        (string Dataset, string Model, double Log)[] known =
        [
            .. history
                .Where(one => one.Key.IsTrained == isTrained)
                .Select(one =>
                    (one.Key.Dataset, one.Key.Model, Math.Log(Math.Max(Shortest, one.Value.Seconds / one.Value.Trainings)))
                ),
        ];
        if (known.Length == 0)
        {
            return null;
        }

        // Least squares for log time = data set's + model's, in turns. One of which nothing is known is like the others' mean.
        Dictionary<string, double> datasets = [];
        Dictionary<string, double> models = [];
        for (int turn = 0; turn < Turns; turn++)
        {
            datasets = Means(known.Select(one => (one.Dataset, one.Log - models.GetValueOrDefault(one.Model))));
            models = Means(known.Select(one => (one.Model, one.Log - datasets[one.Dataset])));
        }

        double ofDataset = datasets.TryGetValue(dataset, out double d) ? d : datasets.Values.Average();
        double ofModel = models.TryGetValue(model, out double m) ? m : models.Values.Average();
        return Math.Exp(ofDataset + ofModel);
    }

    private static Dictionary<string, double> Means(IEnumerable<(string Of, double Value)> values) =>
        values.GroupBy(one => one.Of, one => one.Value).ToDictionary(group => group.Key, group => group.Average());
}
