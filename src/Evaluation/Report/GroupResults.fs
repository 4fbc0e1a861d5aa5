/// Metrics by group of users and of items over several runs, before they are written down.
module internal CranePipeline.Evaluation.GroupResults

open System

/// A group over the runs that have it: each number is their mean, for every seed's split has members of its own.
type Group =
    {
        Label: string
        Lower: int
        Members: int64
        Positives: int64
        Mean: float
    }

/// How the numbers came about, in a sentence.
let legend =
    "Values and counts are means over the runs that have the group, counts rounded."

/// The groups of a kind that any of the runs has a metric of, fewest interactions first.
let over (metric: string) kind (runs: ReportRun seq) =
    let count (pick: GroupMetrics -> int) groups =
        int64 (Math.Round(groups |> List.averageBy (pick >> float), MidpointRounding.AwayFromZero))

    [
        for run in runs do
            for group in run.Groups do
                if group.Kind = kind && group.Means.ContainsKey metric then
                    yield group
    ]
    |> List.groupBy (fun group -> group.Lower, group.Label)
    |> List.sortBy fst
    |> List.map (fun ((lower, label), groups) ->
        {
            Label = label
            Lower = lower
            Members = groups |> count _.Members
            Positives = groups |> count _.Positives
            Mean = groups |> List.averageBy _.Means[metric]
        })
