namespace CranePipeline.Training;

/// <summary>
/// Adds up an epoch's losses, each checked by the guard. Where the device works ahead of the host a step's losses are read some
/// steps later, so that the host makes the next batches meanwhile; the sums and their order are the same.
/// </summary>
/// <param name="before">Where a stopped epoch stood, or null.</param>
/// <param name="guard">Stops the run at a loss that is no number or explodes.</param>
/// <param name="mostPending">Steps whose losses may be unread; 0 for none.</param>
internal sealed class EpochLosses(PartialEpoch? before, LossGuard guard, int mostPending)
{
    private readonly List<string> names = [.. before?.Sums.Select(sum => sum.Name) ?? []];
    private readonly Dictionary<string, double> sums = before?.Sums.ToDictionary(sum => sum.Name, sum => sum.Value) ?? [];
    private readonly Queue<StepLosses> pending = new();
    private double total = before?.Total ?? 0;

    /// <summary>Σ interactions · loss of all steps.</summary>
    /// <exception cref="Tables.InputException">A step's loss is no number or has exploded.</exception>
    public double Total
    {
        get
        {
            Settle(0);
            return total;
        }
    }

    /// <summary>Takes a step's losses.</summary>
    /// <exception cref="Tables.InputException">This or an earlier step's loss is no number or has exploded.</exception>
    public void Add(StepLosses losses)
    {
        pending.Enqueue(losses);
        Settle(mostPending);
    }

    /// <summary>The parts' sums over so many.</summary>
    /// <exception cref="Tables.InputException">A step's loss is no number or has exploded.</exception>
    public IReadOnlyList<(string Name, double Value)> Parts(int count)
    {
        Settle(0);
        return [.. names.Select(n => (n, sums[n] / count))];
    }

    /// <summary>Where a stopped epoch stands.</summary>
    public PartialEpoch Until(int interactions, int steps) => new(interactions, steps, Total, Parts(1));

    private void Settle(int left)
    {
        while (pending.Count > left)
        {
            StepLosses losses = pending.Dequeue();
            double step = losses.Total();
            (LossPart Part, double Value)[] parts = [.. losses.Parts.Select(part => (part.Part, (double)part.Value()))];
            guard.Check(losses.Epoch, losses.Step, step, parts);
            total += losses.Interactions * step;
            foreach ((LossPart part, double value) in parts)
            {
                if (sums.TryAdd(part.Name, 0))
                {
                    names.Add(part.Name);
                }

                sums[part.Name] += losses.Interactions * value;
            }
        }
    }
}

/// <summary>A step's losses, to be read when they are needed.</summary>
/// <param name="Epoch">Epoch, from 1.</param>
/// <param name="Step">Step within the epoch, from 1.</param>
/// <param name="Interactions">Interactions of its batch.</param>
/// <param name="Total">The whole loss.</param>
/// <param name="Parts">Its parts.</param>
internal sealed record StepLosses(
    int Epoch,
    int Step,
    int Interactions,
    Func<float> Total,
    IReadOnlyList<(LossPart Part, Func<float> Value)> Parts
);
