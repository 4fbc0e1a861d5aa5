namespace CranePipeline.Commands;

/// <summary>What trainings took, from which follows how long others may take.</summary>
internal sealed class TrainingTimes
{
    private readonly Dictionary<(string Dataset, string Model, bool IsTrained), (double Seconds, int Trainings)> history = [];

    /// <summary>Remembers what trainings took, which is what the estimates are made of.</summary>
    public void Remember(string dataset, string model, bool isTrained, int trainings, double seconds)
    {
        (double before, int count) = history.GetValueOrDefault((dataset, model, isTrained));
        history[(dataset, model, isTrained)] = (before + seconds, count + trainings);
    }

    /// <summary>
    /// Seconds that work may take: a training as long as those of the same model on the same data set, else as those of the data
    /// set's other models, else as any. Null where nothing is known. Models that are not trained are told apart, and take no time where
    /// none has been run.
    /// </summary>
    public double? Estimate(IEnumerable<QueuedWork> left)
    {
        double seconds = 0;
        foreach (QueuedWork work in left)
        {
            double? each =
                Mean(work.IsTrained, (dataset, model) => dataset == work.Dataset && model == work.Model)
                ?? Mean(work.IsTrained, (dataset, _) => dataset == work.Dataset)
                ?? Mean(work.IsTrained, (_, _) => true)
                ?? (work.IsTrained ? null : 0);
            if (each is null)
            {
                return null;
            }

            seconds += each.Value * work.Trainings;
        }

        return seconds;
    }

    private double? Mean(bool trained, Func<string, string, bool> wanted)
    {
        double seconds = 0;
        int trainings = 0;
        foreach (((string dataset, string model, bool isTrained), (double taken, int count)) in history)
        {
            if (isTrained == trained && wanted(dataset, model))
            {
                seconds += taken;
                trainings += count;
            }
        }

        return trainings == 0 ? null : seconds / trainings;
    }
}
