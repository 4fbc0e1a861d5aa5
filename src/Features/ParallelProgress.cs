using CranePipeline.Tables;

namespace CranePipeline.Features;

/// <summary>Adds up what several threads have finished and reports it in ascending order, one report at a time.</summary>
internal sealed class ParallelProgress(IProgress<WorkProgress>? target, string activity, string unit, long total)
{
    private readonly Lock gate = new();
    private long done;

    internal void Advance(long units)
    {
        if (target is null)
        {
            return;
        }

        lock (gate)
        {
            done += units;
            target.Report(new WorkProgress(activity, unit, done, total));
        }
    }
}
