namespace CranePipeline.Ingest.Splits;

/// <summary>Earlier first, those without a time before all; at the same time by hash.</summary>
internal sealed class TimeOrder(long[] timestamps, HashOrder hash) : IComparer<int>
{
    public int Compare(int x, int y)
    {
        // The value that stands for no time is the lowest there is.
        int byTime = timestamps[x].CompareTo(timestamps[y]);
        return byTime != 0 ? byTime : hash.Compare(x, y);
    }
}
