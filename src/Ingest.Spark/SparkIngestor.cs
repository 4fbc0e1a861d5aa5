using System.Text;
using Apache.Arrow;
using CranePipeline.Ingest.Parsing;
using CranePipeline.Ingest.Spark.Plan;
using CranePipeline.Tables;

namespace CranePipeline.Ingest.Spark;

/// <summary>Raw files to the k-core on a Spark cluster; the result is the local engine's, row for row.</summary>
public static class SparkIngestor
{
    /// <summary>Rounds after which a k-core that still changes is given up.</summary>
    public const int MostRounds = 200;

    /// <summary>Runs the plan and fetches what it made. Tables it needs meanwhile are dropped, whatever happens.</summary>
    /// <param name="session">The cluster.</param>
    /// <param name="options">What to read and which rules to apply.</param>
    /// <param name="data">Where the raw files are.</param>
    /// <param name="names">Names of views and tables.</param>
    /// <param name="progress">Told of each statement's tasks.</param>
    /// <param name="cancellation">Stops the work, on the cluster too.</param>
    /// <exception cref="InputException">As the local engine's, or the cluster cannot do the work.</exception>
    public static IngestResult Run(
        ISqlSession session,
        IngestOptions options,
        SparkData data,
        PlanNames names,
        IProgress<WorkProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(session);
        List<(PlanSource Source, SourceFile File)> sources = SourceCatalog.Resolve(options, data, session, names, cancellation);
        using Workspace workspace = new(session, progress, cancellation);
        workspace.Make([names.Rows, names.Blocks], IngestPlan.Judge([.. sources.Select(each => each.Source)], options, names));
        (SortedDictionary<LineFault, long> faults, long lines, long rows) = Faults(workspace, names);
        QuarantinedLine[] quarantine = Quarantine(workspace, sources, options, names);
        QuarantineCheck.Enforce(faults.Values.Sum(), rows, quarantine, options);
        long[] counts = BatchReader.Row(
            session,
            IngestPlan.RowCounts(names),
            cancellation,
            ["row_count", "user_count", "item_count", "below_count", "implausible_count", "repaired_count", "rating_count", "time_count", "label_count"]
        );
        workspace.Make([names.Pairs], [IngestPlan.Pairs(names)]);
        workspace.Drop(names.Rows, names.Blocks);
        long[] pairs = BatchReader.Row(
            session,
            IngestPlan.PairCounts(names),
            cancellation,
            ["pair_count", "exact_count", "repeated_count", "conflict_count"]
        );
        string kCore = KCore(workspace, options, pairs[0], names);
        workspace.Make(
            [names.UserOrder, names.Users, names.ItemOrder, names.Items, names.Interactions],
            IngestPlan.Number(kCore, names)
        );
        string[] users = RawIds(workspace, IngestPlan.RawIds("users", names.Users));
        string[] items = RawIds(workspace, IngestPlan.RawIds("items", names.Items));
        if (users.Length == 0)
        {
            throw new InputException(
                $"no interaction is left of {counts[0]} rows after cleaning and the {options.MinUserInteractions}-core; lower ingest.minUserInteractions or minItemInteractions, or check ingest.interactions"
            );
        }

        Interactions interactions = InteractionRows.Fetch(
            workspace,
            IngestPlan.Interactions(names),
            hasRatings: counts[6] > 0,
            hasTimes: counts[7] > 0,
            hasLabels: counts[8] > 0
        );
        return new IngestResult
        {
            UserIds = users,
            ItemIds = items,
            Interactions = interactions,
            Quarantine = quarantine,
            Sources = [.. sources.Select(each => each.File)],
            Statistics = new IngestStatistics
            {
                Lines = lines,
                Rows = rows,
                RawUsers = (int)counts[1],
                RawItems = (int)counts[2],
                Quarantined = faults,
                BelowMinRating = counts[3],
                ImplausibleTimestamps = counts[4],
                RepairedTimestamps = counts[5],
                ExactDuplicates = pairs[1],
                RepeatedPairs = pairs[2],
                LabelConflicts = pairs[3],
                UsersRemoved = (int)counts[1] - users.Length,
                ItemsRemoved = (int)counts[2] - items.Length,
                InteractionsRemoved = pairs[0] - interactions.Count,
                Users = users.Length,
                Items = items.Length,
                Interactions = interactions.Count,
                UserDegrees = Degrees(workspace, IngestPlan.Degrees("user_id", names)),
                ItemDegrees = Degrees(workspace, IngestPlan.Degrees("item_id", names)),
            },
        };
    }

    /// <summary>Rounds until nothing changes; the table before a round goes when the round is done.</summary>
    private static string KCore(Workspace workspace, IngestOptions options, long pairs, PlanNames names)
    {
        long before = pairs;
        int round = 0;
        while (IngestPlan.KCoreRound(round + 1, options, names) is { } statement)
        {
            round++;
            workspace.Make([names.KCore(round)], [statement]);
            workspace.Drop(names.KCore(round - 1));
            long left = BatchReader.Row(workspace.Session, IngestPlan.KCoreCount(round, names), workspace.Cancellation, "interaction_count")[0];
            workspace.Progress?.Report(new WorkProgress($"k-core, round {round}", "interactions", left, before));
            if (left == before || !options.Iterate)
            {
                break;
            }

            if (round == MostRounds)
            {
                throw new InputException(
                    $"the k-core still changes after {MostRounds} rounds ({before} interactions, then {left}); use -Engine local, or ingest.iterate=false"
                );
            }

            before = left;
        }

        return names.KCore(round);
    }

    private static (SortedDictionary<LineFault, long> Faults, long Lines, long Rows) Faults(Workspace workspace, PlanNames names)
    {
        SortedDictionary<LineFault, long> faults = [];
        (long lines, long rows) = (0, 0);
        foreach (BatchReader reader in workspace.Read(IngestPlan.Faults(names)))
        {
            foreach ((string? fault, long count) in reader.NullableTexts("fault").Zip(reader.Longs("line_count")))
            {
                lines += count;
                if (fault is null)
                {
                    rows += count;
                }
                else if (Enum.TryParse(fault, out LineFault kind))
                {
                    faults[kind] = count;
                }
            }
        }

        return (faults, lines, rows);
    }

    private static QuarantinedLine[] Quarantine(
        Workspace workspace,
        List<(PlanSource Source, SourceFile File)> sources,
        IngestOptions options,
        PlanNames names
    )
    {
        List<QuarantinedLine> quarantine = [];
        foreach (BatchReader reader in workspace.Read(IngestPlan.Quarantine(options.QuarantineSample, names)))
        {
            int[] source = [.. reader.Ints("source")];
            long[] line = [.. reader.Longs("line")];
            string[] file = [.. reader.Texts("file")];
            string[] fault = [.. reader.Texts("fault")];
            string[] text = [.. reader.Texts("value")];
            for (int row = 0; row < reader.Rows; row++)
            {
                LineFault kind = Enum.Parse<LineFault>(fault[row]);
                SourceFile known = sources[source[row]].File;
                string name = known.Path.Contains('*', StringComparison.Ordinal) ? NameOf(file[row], known) : known.Path;
                quarantine.Add(new QuarantinedLine(name, line[row], kind, FaultText.Of(kind), Shorten(text[row])));
            }
        }

        return [.. quarantine];
    }

    /// <summary>A file of a pattern: its path on the cluster from where the pattern's folder begins.</summary>
    private static string NameOf(string uri, SourceFile pattern)
    {
        string path = Uri.UnescapeDataString(uri);
        string folder = pattern.FullPath[..^pattern.Path.Length];
        int start = path.IndexOf(folder, StringComparison.Ordinal);
        return start < 0 ? path : path[(start + folder.Length)..];
    }

    /// <summary>As much of a line as the local engine keeps: 200 bytes.</summary>
    private static string Shorten(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return bytes.Length <= 200 ? text : Encoding.UTF8.GetString(bytes, 0, 200);
    }

    private static string[] RawIds(Workspace workspace, Statement statement)
    {
        List<string> ids = [];
        foreach (BatchReader reader in workspace.Read(statement))
        {
            ids.AddRange(reader.Texts("raw_id"));
        }

        return [.. ids];
    }

    private static List<DegreeCount> Degrees(Workspace workspace, Statement statement)
    {
        List<DegreeCount> degrees = [];
        foreach (BatchReader reader in workspace.Read(statement))
        {
            degrees.AddRange(
                reader.Longs("degree").Zip(reader.Longs("node_count"), (degree, count) => new DegreeCount((int)degree, (int)count))
            );
        }

        return degrees;
    }
}
