using System.Globalization;
using CranePipeline.Stages;
using CranePipeline.Store;
using CranePipeline.Tables;

namespace CranePipeline.Commands;

/// <summary>Searches the setting <c>search</c> on the validation part and says which values to use.</summary>
internal sealed class SearchCommand : Command
{
    public override string Name => "search";

    public override string Summary => "Try the values of the setting search on the validation part";

    public override void Run(CommandContext context)
    {
        SearchStage.Check(context.Settings);
        var found = new List<(long Seed, Artifact Artifact)>();
        foreach (long seed in context.Settings.Seeds)
        {
            found.Add((seed, context.Session.Ensure(Name, seed, context.Environment.Force ? [Name] : [])));
        }

        // One choice for all seeds, by the mean, as each seed alone would choose by chance.
        (string[] names, List<MeanTrial> trials) = Mean(found);
        MeanTrial best = trials.MaxBy(trial => trial.Recall20)!;
        if (context.Options.Json)
        {
            context.Output.Write(
                JsonFiles.Line(
                    new
                    {
                        Dataset = context.Settings.Name,
                        Trials = trials,
                        Best = best,
                        Artifacts = found.Select(each => each.Artifact.Folder),
                    }
                )
            );
            return;
        }

        context.Output.Write(
            TextTable.Write(
                [.. names, "recall@20", "ndcg@20"],
                [
                    .. trials
                        .OrderByDescending(trial => trial.Recall20)
                        .Select(trial =>
                            (string[])
                                [
                                    .. names.Select(name => trial.Settings[name]),
                                    trial.Recall20.ToString("F4", CultureInfo.InvariantCulture),
                                    trial.Ndcg20.ToString("F4", CultureInfo.InvariantCulture),
                                ]
                        ),
                ],
                column => column < names.Length
            )
        );
        context.Output.WriteLine($"best on the validation part: {SearchStage.Arguments(best.Settings)}");
        foreach ((long seed, Artifact artifact) in found)
        {
            context.Output.WriteLine(FormattableString.Invariant($"seed {seed}: {artifact.PathOf(SearchStage.PageFile)}"));
        }
    }

    public override bool Foretell(CommandContext context)
    {
        Stages
            .Plan.Of(context.Session.Graph, [Name], context.Settings, context.Environment)
            .Write(context.Output, context.Options.Json);
        return true;
    }

    /// <summary>Of the combinations that were tried with every seed; a search by coordinates goes its own way with each.</summary>
    private static (string[] Names, List<MeanTrial> Trials) Mean(List<(long Seed, Artifact Artifact)> found)
    {
        Trials[] tables = [.. found.Select(each => Trials.Read(each.Artifact.PathOf(SearchStage.TableFile)))];
        string[] names = [.. tables[0].Settings.Select(setting => setting.Name)];
        return (
            names,
            [
                .. tables
                    .SelectMany(table =>
                        Enumerable
                            .Range(0, table.Count)
                            .Select(trial => new MeanTrial(table.SettingsOf(trial), table.Recall20[trial], table.Ndcg20[trial]))
                    )
                    .GroupBy(trial => string.Join('\n', names.Select(name => trial.Settings[name])))
                    .Where(trial => trial.Count() == tables.Length)
                    .Select(trial => new MeanTrial(
                        trial.First().Settings,
                        trial.Average(each => each.Recall20),
                        trial.Average(each => each.Ndcg20)
                    )),
            ]
        );
    }

    /// <summary>One combination, its metrics as means over seeds.</summary>
    private sealed record MeanTrial(IReadOnlyDictionary<string, string> Settings, double Recall20, double Ndcg20);
}
