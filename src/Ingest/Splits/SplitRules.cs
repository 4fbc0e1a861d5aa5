using CranePipeline.Ingest.Internals;
using CranePipeline.Tables;

namespace CranePipeline.Ingest.Splits;

/// <summary>
/// The rules by which an interaction comes to a part. A key is an interaction's hash under the seed (<see cref="RowKeys"/>); where keys
/// are equal, the order of user and item decides, which is that of the rows.
/// </summary>
internal static class SplitRules
{
    /// <summary>All rows in the order of their keys, cut by the ratios.</summary>
    public static SplitPart[] Random(RowKeys keys, IReadOnlyList<int> ratios, int threads)
    {
        (int first, int second) = RatioCuts(keys.Length, ratios);
        return RankCut.Mark(keys.Memory, first, second, threads);
    }

    /// <summary>MMRec's rule, each user's rows in the order of their keys.</summary>
    public static SplitPart[] PerUser(Interactions interactions, RowKeys keys) =>
        EachUser(interactions.Users, ByKey(keys), PerUserCuts);

    /// <summary>Each user's last row to test and the last but one to validation.</summary>
    public static SplitPart[] LeaveOneOut(Interactions interactions, RowKeys keys) =>
        EachUser(interactions.Users, interactions.Timestamps is { } times ? ByTime(times, keys) : ByKey(keys), LeaveOneOutCuts);

    /// <summary>Each user's rows by time, cut by the ratios.</summary>
    public static SplitPart[] UserTime(Interactions interactions, RowKeys keys, IReadOnlyList<int> ratios) =>
        EachUser(interactions.Users, ByTime(Times(interactions, SplitMethod.UserTime), keys), count => RatioCuts(count, ratios));

    /// <summary>All rows by time, cut by the ratios.</summary>
    public static SplitPart[] GlobalTime(Interactions interactions, RowKeys keys, IReadOnlyList<int> ratios)
    {
        int[] rows = [.. Enumerable.Range(0, keys.Length)];
        rows.AsSpan().Sort(ByTime(Times(interactions, SplitMethod.GlobalTime), keys));
        SplitPart[] parts = new SplitPart[rows.Length];
        Mark(rows, RatioCuts(rows.Length, ratios), parts);
        return parts;
    }

    /// <summary>Each row as its label says; without one it is dropped.</summary>
    public static SplitPart[] ByLabel(Interactions interactions)
    {
        OptionalColumn<byte> labels = Labels(interactions);
        SplitPart[] parts = new SplitPart[labels.Count];
        for (int row = 0; row < parts.Length; row++)
        {
            parts[row] = labels[row] is { } label and <= (byte)SplitPart.Test ? (SplitPart)label : SplitPart.Dropped;
        }

        return parts;
    }

    /// <summary>
    /// Makes the first of the training rows in the order of their keys validation, a share of them rounded down. The labels must
    /// have left that part empty.
    /// </summary>
    public static void TakeValidation(SplitPart[] parts, RowKeys keys, double share)
    {
        if (parts.AsSpan().Contains(SplitPart.Valid))
        {
            throw new InputException(
                "split.validFromTrain takes a validation part out of the training "
                    + "part, but the labels give one already; leave the setting out"
            );
        }

        List<int> rows = [.. Enumerable.Range(0, parts.Length).Where(row => parts[row] == SplitPart.Train)];
        rows.Sort(ByKey(keys));
        foreach (int row in rows.Take((int)(rows.Count * share)))
        {
            parts[row] = SplitPart.Valid;
        }
    }

    /// <summary>The ranks at which the ratios cut so many rows, rounded down: 80 and 90 % for 8:1:1.</summary>
    private static (int First, int Second) RatioCuts(int count, IReadOnlyList<int> ratios)
    {
        long sum = (long)ratios[0] + ratios[1] + ratios[2];
        return ((int)(count * (long)ratios[0] / sum), (int)(count * ((long)ratios[0] + ratios[1]) / sum));
    }

    private static (int First, int Second) PerUserCuts(int count)
    {
        if (count < 3)
        {
            return LeaveOneOutCuts(count);
        }

        int outside = count < 10 ? 2 : count / 5;
        return (count - outside, count - outside / 2);
    }

    private static (int First, int Second) LeaveOneOutCuts(int count) => count < 3 ? (1, 1) : (count - 2, count - 1);

    private static Comparison<int> ByKey(RowKeys keys) =>
        (x, y) => keys[x] != keys[y] ? keys[x].CompareTo(keys[y]) : x.CompareTo(y);

    /// <summary>Earlier first, rows without a time before all; at the same time by key.</summary>
    private static Comparison<int> ByTime(OptionalColumn<long> times, RowKeys keys)
    {
        Comparison<int> byKey = ByKey(keys);
        return (x, y) =>
        {
            int byTime = Nullable.Compare(times[x], times[y]);
            return byTime != 0 ? byTime : byKey(x, y);
        };
    }

    /// <summary>The labels that a rule goes by.</summary>
    public static OptionalColumn<byte> Labels(Interactions interactions) =>
        interactions.Labels
        ?? throw new InputException(
            "split.method is labels, but no interaction has a label; name the column "
                + "in ingest.interactions columns.label, or choose another split.method"
        );

    /// <summary>The times that a rule goes by.</summary>
    public static OptionalColumn<long> Times(Interactions interactions, SplitMethod method) =>
        interactions.Timestamps
        ?? throw new InputException(
            $"split.method {(method == SplitMethod.UserTime ? "userTime" : "globalTime")} needs times, but no interaction "
                + "has one; name the column in ingest.interactions columns.timestamp, or choose random, perUser or leaveOneOut"
        );

    private static SplitPart[] EachUser(int[] users, Comparison<int> order, Func<int, (int First, int Second)> cuts)
    {
        SplitPart[] parts = new SplitPart[users.Length];
        List<int> rows = [];
        for (int row = 0; row < users.Length; row++)
        {
            rows.Add(row);
            if (row + 1 == users.Length || users[row + 1] != users[row])
            {
                rows.Sort(order);
                Mark(rows, cuts(rows.Count), parts);
                rows.Clear();
            }
        }

        return parts;
    }

    private static void Mark(IReadOnlyList<int> rows, (int First, int Second) cuts, SplitPart[] parts)
    {
        for (int rank = 0; rank < rows.Count; rank++)
        {
            parts[rows[rank]] =
                rank < cuts.First ? SplitPart.Train
                : rank < cuts.Second ? SplitPart.Valid
                : SplitPart.Test;
        }
    }
}
