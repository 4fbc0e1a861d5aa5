using Apache.Arrow;
using Apache.Arrow.Types;
using CranePipeline.Ingest.Spark.Plan;
using CranePipeline.Ingest.Splits;
using CranePipeline.Tables;

namespace CranePipeline.Ingest.Spark;

/// <summary>Splits on a Spark cluster; the parts are the local engine's, row for row.</summary>
public static class SparkSplitter
{
    // Some 16 MB a message, where a server takes 128.
    private const int RowsOfMessage = 1 << 19;
    private const int IdsOfMessage = 1 << 16;

    /// <summary>Sends interactions to the cluster, runs the plan and fetches each interaction's part.</summary>
    /// <param name="session">The cluster.</param>
    /// <param name="interactions">Ordered by user and item without repeats.</param>
    /// <param name="userIds">Raw user ids by user id.</param>
    /// <param name="itemIds">Raw item ids by item id.</param>
    /// <param name="options">The rule.</param>
    /// <param name="seed">The seed of the keys.</param>
    /// <param name="names">Names of views and tables.</param>
    /// <param name="progress">Told of rows sent and of each statement's tasks.</param>
    /// <param name="cancellation">Stops the work, on the cluster too.</param>
    /// <exception cref="InputException">As the local engine's, or the cluster cannot do the work.</exception>
    public static SplitResult Split(
        ISqlSession session,
        Interactions interactions,
        string[] userIds,
        string[] itemIds,
        SplitOptions options,
        long seed,
        PlanNames names,
        IProgress<WorkProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(interactions);
        ArgumentNullException.ThrowIfNull(userIds);
        ArgumentNullException.ThrowIfNull(itemIds);
        ArgumentNullException.ThrowIfNull(names);
        Splitter.Check(interactions, userIds, itemIds, options);
        if (options.ValidFromTrain > 0)
        {
            throw new InputException(
                "split.validFromTrain is the local engine's alone; split with -Engine local, or leave it at 0"
            );
        }

        using Workspace workspace = new(session, progress, cancellation);
        workspace.Upload(names.Users, Ids(userIds));
        workspace.Upload(names.Items, Ids(itemIds));
        workspace.Upload(names.Numbers, Rows(interactions));
        workspace.Make([names.Interactions], [SplitPlan.Join(names)]);
        workspace.Drop(names.Users, names.Items, names.Numbers);
        workspace.Make([names.Keys, names.Histogram, names.CutRows, names.Split], SplitPlan.Statements(options, seed, names));
        List<SplitPart> parts = new(interactions.Count);
        foreach (BatchReader reader in workspace.Read(SplitPlan.Parts(names)))
        {
            parts.AddRange(reader.Ints("part").Select(part => (SplitPart)part));
        }

        if (parts.Count != interactions.Count)
        {
            throw new InputException(
                $"Spark answered with {parts.Count} rows of a split of {interactions.Count} "
                    + $"interactions; its tables {names.Prefix}_* must have been changed meanwhile"
            );
        }

        SplitPart[] all = [.. parts];
        return new SplitResult(all, SplitCount.Finish(all, interactions, itemIds.Length, options, seed, threads: 1));
    }

    private static IEnumerable<RecordBatch> Ids(string[] ids)
    {
        Schema schema = new([new Field("raw_id", StringType.Default, false), new Field("id", Int32Type.Default, false)], null);
        for (int first = 0; first < ids.Length; first += IdsOfMessage)
        {
            int count = Math.Min(IdsOfMessage, ids.Length - first);
            yield return new RecordBatch(
                schema,
                [
                    new StringArray.Builder().AppendRange(Enumerable.Range(first, count).Select(id => ids[id])).Build(),
                    new Int32Array.Builder().AppendRange(Enumerable.Range(first, count)).Build(),
                ],
                count
            );
        }
    }

    private static IEnumerable<RecordBatch> Rows(Interactions interactions)
    {
        Schema schema = new(
            [
                new Field("user_id", Int32Type.Default, false),
                new Field("item_id", Int32Type.Default, false),
                new Field("millis", Int64Type.Default, true),
                new Field("part", Int32Type.Default, true),
            ],
            null
        );
        for (int first = 0; first < interactions.Count; first += RowsOfMessage)
        {
            int count = Math.Min(RowsOfMessage, interactions.Count - first);
            Int64Array.Builder times = new();
            Int32Array.Builder labels = new();
            for (int row = first; row < first + count; row++)
            {
                _ = interactions.Timestamps?[row] is { } time ? times.Append(time) : times.AppendNull();
                _ = interactions.Labels?[row] is { } label ? labels.Append(label) : labels.AppendNull();
            }

            yield return new RecordBatch(
                schema,
                [
                    new Int32Array.Builder().Append(interactions.Users.AsSpan(first, count)).Build(),
                    new Int32Array.Builder().Append(interactions.Items.AsSpan(first, count)).Build(),
                    times.Build(),
                    labels.Build(),
                ],
                count
            );
        }
    }
}
