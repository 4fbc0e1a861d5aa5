using System.Globalization;
using CranePipeline.Tables;

namespace CranePipeline.Ingest.Splits;

/// <summary>The rules by which a row comes to a part.</summary>
internal static class SplitRules
{
    /// <summary>Marks each row by its place in an order: all rows' or, a user after another, the user's.</summary>
    public static void ByOrder(SplitOptions options, int[] users, long[]? timestamps, HashOrder order, SplitPart[] parts)
    {
        switch (options.Method)
        {
            case SplitMethod.GlobalTime:
                int[] rows = new int[users.Length];
                for (int row = 0; row < rows.Length; row++)
                {
                    rows[row] = row;
                }

                Array.Sort(rows, new TimeOrder(Times(timestamps, options.Method), order));
                Mark(rows, Cuts(rows.Length, options.Ratios), parts);
                break;
            case SplitMethod.PerUser:
                EachUser(users, order, parts, PerUserCuts);
                break;
            case SplitMethod.LeaveOneOut:
                EachUser(users, timestamps is null ? order : new TimeOrder(timestamps, order), parts, LeaveOneOutCuts);
                break;
            case SplitMethod.UserTime:
                EachUser(
                    users,
                    new TimeOrder(Times(timestamps, options.Method), order),
                    parts,
                    count => Cuts(count, options.Ratios)
                );
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(options), options.Method, "There is no such split.");
        }
    }

    /// <summary>Marks each row as its label says.</summary>
    public static void ByLabel(byte[]? labels, SplitPart[] parts)
    {
        if (labels is null)
        {
            throw new InputException(
                "split.method is labels, but the interactions have no label column; name it in ingest.interactions columns.label or choose another method."
            );
        }

        for (int row = 0; row < parts.Length; row++)
        {
            parts[row] = labels[row] <= (byte)SplitPart.Test ? (SplitPart)labels[row] : SplitPart.Dropped;
        }
    }

    /// <summary>The ranks at which the ratios cut so many rows.</summary>
    public static (int First, int Second) Cuts(int count, IReadOnlyList<int> ratios)
    {
        long sum = (long)ratios[0] + ratios[1] + ratios[2];
        return ((int)(count * (long)ratios[0] / sum), (int)(count * ((long)ratios[0] + ratios[1]) / sum));
    }

    private static long[] Times(long[]? timestamps, SplitMethod method) =>
        timestamps
        ?? throw new InputException(
            string.Create(
                CultureInfo.InvariantCulture,
                $"split.method {method} needs times, but the interactions have none; choose random, perUser or leaveOneOut."
            )
        );

    private static (int First, int Second) PerUserCuts(int count)
    {
        if (count < 3)
        {
            return LeaveOneOutCuts(count);
        }

        int outside = count < 10 ? 2 : count / 5;
        return (count - outside, count - outside / 2);
    }

    private static (int First, int Second) LeaveOneOutCuts(int count) =>
        count switch
        {
            1 => (1, 1),
            2 => (1, 1),
            _ => (count - 2, count - 1),
        };

    private static void EachUser(int[] users, IComparer<int> order, SplitPart[] parts, Func<int, (int First, int Second)> cuts)
    {
        int[] rows = new int[16];
        for (int start = 0; start < users.Length; )
        {
            int end = start + 1;
            while (end < users.Length && users[end] == users[start])
            {
                end++;
            }

            int count = end - start;
            rows = rows.Length < count ? new int[count * 2] : rows;
            for (int index = 0; index < count; index++)
            {
                rows[index] = start + index;
            }

            Array.Sort(rows, 0, count, order);
            Mark(rows.AsSpan(0, count), cuts(count), parts);
            start = end;
        }
    }

    private static void Mark(ReadOnlySpan<int> rows, (int First, int Second) cuts, SplitPart[] parts)
    {
        for (int rank = 0; rank < rows.Length; rank++)
        {
            parts[rows[rank]] =
                rank < cuts.First ? SplitPart.Train
                : rank < cuts.Second ? SplitPart.Valid
                : SplitPart.Test;
        }
    }
}
