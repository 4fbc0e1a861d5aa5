using System.Globalization;
using CranePipeline.CommandLine;
using CranePipeline.Evaluation;
using CranePipeline.Stages;
using CranePipeline.Store;
using CranePipeline.Tables;

namespace CranePipeline.Commands;

/// <summary>
/// Scores ranked lists that somebody else's program made, by the rules and on the test part of this data set's split. Nothing is trained.
/// </summary>
internal sealed class ScoreRankingsCommand : Command
{
    public override string Name => "evaluate";

    public override string? Summary => null;

    public override bool Computes => false;

    public override bool IsAskedFor(CommandLineOptions options) => options.Rankings is not null && base.IsAskedFor(options);

    public override void Run(CommandContext context)
    {
        string path = context.Options.Rankings!;
        if (!File.Exists(path))
        {
            throw new InputException($"-Rankings {path}: there is no such file; name one with the columns user, item and rank");
        }

        Artifact ingest = context.Session.Ensure("ingest");
        Dictionary<string, int> users = InteractionTables.ReadUserIds(ingest).Numbers();
        Dictionary<string, int> items = InteractionTables.ReadItemIds(ingest).Numbers();
        var scored = new List<ScoredSeed>();
        foreach (long seed in context.Settings.Seeds)
        {
            EvaluationPart part = EvaluateStage.ReadPart(ingest, context.Session.Ensure("split", seed), InteractionTables.Test);
            IReadOnlyList<int> cutoffs = context.Settings.Evaluate.Cutoffs;
            if (scored.Count == 0 && EvaluateStage.LongCutoffs(context.Settings.Evaluate, part.ItemCount) is { } message)
            {
                context.Environment.Display.Warning(message);
            }

            ScoredRankings rankings = Rankings.Read(
                path,
                users,
                items,
                part,
                cutoffs.Max(),
                context.Environment.Progress,
                context.Environment.Cancellation
            );
            scored.Add(new ScoredSeed(seed, part, rankings, Metrics.Compute(rankings.Lists, part, cutoffs)));
        }

        context.Output.Write(context.Options.Json ? Json(context, path, scored) : Text(context, path, scored));
    }

    /// <summary>Means over seeds; null where a seed has no value, because the mean of the others would be called what it is not.</summary>
    private static Dictionary<string, double?> Means(List<ScoredSeed> scored) =>
        scored[0]
            .Metrics.Names.ToDictionary(
                name => name,
                name =>
                    scored.All(seed => seed.Metrics.Means.ContainsKey(name))
                        ? scored.Average(seed => seed.Metrics.Means[name])
                        : (double?)null
            );

    private static string Json(CommandContext context, string path, List<ScoredSeed> scored) =>
        JsonFiles.Line(
            new
            {
                Dataset = context.Settings.Name,
                Rankings = path,
                Metrics = Means(scored),
                Seeds = scored.Select(seed => new
                {
                    seed.Seed,
                    Users = seed.Part.Users.Length,
                    seed.Part.NobodyBecause,
                    seed.Rankings.Rows,
                    seed.Rankings.UsersMissing,
                    seed.Rankings.RowsOfOtherUsers,
                    seed.Rankings.UnknownItems,
                    seed.Rankings.MaskedItems,
                    Metrics = EvaluateStage.Values(seed.Metrics),
                }),
            }
        );

    private static string Text(CommandContext context, string path, List<ScoredSeed> scored)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        foreach (ScoredSeed seed in scored)
        {
            text.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{path} on the test part of {context.Settings.Name}, seed {seed.Seed}: "
                        + $"{seed.Rankings.Rows:N0} rows, {seed.Part.Users.Length:N0} users to score"
                ) + (seed.Part.NobodyBecause is { } reason ? $": {reason}" : string.Empty)
            );
            Note(text, seed.Rankings.UsersMissing, "of these users have no rows and score 0");
            Note(text, seed.Rankings.RowsOfOtherUsers, "rows of users who are not scored were passed over");
            Note(text, seed.Rankings.UnknownItems, "rows name an unknown item, which keeps its place");
            Note(text, seed.Rankings.MaskedItems, "rows name a training item of the user; those below move up");
        }

        if (scored.Count > 1)
        {
            text.WriteLine($"mean over seeds {string.Join(", ", scored.Select(seed => seed.Seed))}");
        }

        Dictionary<string, double?> means = Means(scored);
        IReadOnlyList<int> cutoffs = scored[0].Metrics.Cutoffs;
        text.Write(
            TextTable.Write(
                ["metric", .. cutoffs.Select(cutoff => FormattableString.Invariant($"@{cutoff}"))],
                [
                    .. means
                        .Keys.Select(name => name.Split('@')[0])
                        .Distinct()
                        .Select(metric =>
                            (string[])
                                [
                                    metric,
                                    .. cutoffs.Select(cutoff =>
                                        means[FormattableString.Invariant($"{metric}@{cutoff}")]
                                            ?.ToString("F4", CultureInfo.InvariantCulture)
                                        ?? "–"
                                    ),
                                ]
                        ),
                ],
                column => column == 0
            )
        );
        return text.ToString();
    }

    private static void Note(StringWriter text, long count, string what)
    {
        if (count > 0)
        {
            text.WriteLine(FormattableString.Invariant($"  {count:N0} {what}"));
        }
    }

    private sealed record ScoredSeed(long Seed, EvaluationPart Part, ScoredRankings Rankings, MetricTable Metrics);
}
