/// A report with something in every section, made from a seed.
module CranePipeline.Evaluation.Tests.SampleReport

open System
open System.Collections.Generic
open CranePipeline.Evaluation
open CranePipeline.Tensors

let dict (entries: (string * 'v) seq) : IReadOnlyDictionary<string, 'v> =
    let result = OrderedDictionary<string, 'v>()

    for key, value in entries do
        result[key] <- value

    result

/// A stream that closures may draw from.
type private Draws(seed: int64, purpose: string, step: int) =
    let mutable stream = RandomStream(seed, purpose, int64 step)
    member _.Share() = stream.NextDouble()
    member _.Below bound = stream.NextInt32 bound
    member _.Normal() = stream.NextNormal()
    member _.Word() = stream.NextUInt64()
    member _.Shuffle(values: int[]) = stream.Shuffle(Span<int> values)

/// A small data set, two parts, skewed items, and a few items that training lacks.
let part userCount itemCount seed =
    let draws = Draws(seed, "sample report data", 0)

    let draw count =
        [|
            for _ in 1..count ->
                let share = draws.Share()
                min (itemCount - 1) (int (float itemCount * share * share))
        |]
        |> Array.distinct

    let train = Array.zeroCreate<int[]> userCount
    let test = Array.zeroCreate<int[]> userCount

    for user in 0 .. userCount - 1 do
        train[user] <- draw (3 + draws.Below 30) |> Array.filter (fun item -> item < itemCount - 10)
        test[user] <- draw (1 + draws.Below 5) |> Array.except train[user]

    EvaluationPart.Create(Matrices.ofRows itemCount train, Matrices.ofRows itemCount test)

/// Lists that hold positives the more often, the better the model.
let lists (part: EvaluationPart) k quality seed =
    let items = Array.zeroCreate<int>(part.Users.Length * k)

    for position in 0 .. part.Users.Length - 1 do
        let draws = Draws(seed, "sample report lists", position)
        let positives = part.Positives.RowColumns(part.Users[position]).ToArray()
        let masked = part.Training.RowColumns(part.Users[position]).ToArray() |> HashSet
        let order = Array.init part.ItemCount id
        draws.Shuffle order

        let scores =
            order
            |> Array.map (fun item ->
                (if Array.contains item positives && draws.Share() < quality then
                     0.0
                 else
                     1.0)
                + draws.Share() * 1.5)

        Array.Sort(scores, order)

        order
        |> Array.filter (fun item -> not (masked.Contains item))
        |> Array.truncate k
        |> Array.iteri (fun i item -> items[position * k + i] <- item)

    RankedLists(part.Users, k, items)

let private run (part: EvaluationPart) dataset model ablation quality seed =
    let lists = lists part 50 quality (seed + int64 (String.length model))
    let table = Metrics.Compute(lists, part, [| 5; 10; 20; 50 |])
    let draws = Draws(seed, "sample report " + model, 0)
    let epochs = 18 + draws.Below 14
    let clock = [| 0.0 |]

    let history =
        [|
            for epoch in 1..epochs ->
                clock[0] <- clock[0] + 1.2 + 0.2 * draws.Share()
                let progress = 1.0 - exp (-float epoch / 7.0)
                let recall = table.Means["recall@20"] * progress * (0.98 + 0.04 * draws.Share())
                let bpr = 0.69 * exp (-float epoch / 9.0) + 0.05

                EpochPoint(
                    Epoch = epoch,
                    Seconds = clock[0],
                    Loss = bpr + 0.01,
                    LossParts = dict [ "BPR", bpr; "contrastive", 0.007; "regularisation", 0.003 ],
                    ValidNdcg20 = Nullable(recall * 0.48)
                )
        |]

    ReportRun(
        Dataset = dataset,
        Model = model,
        Ablation = ablation,
        Seed = seed,
        Metrics = table.Means,
        Users = table.Users,
        PerUser = table.PerUser,
        Groups =
            [|
                yield! Groups.ByUserActivity(table, part, [| 5; 10; 20 |])
                yield! Groups.ByItemPopularity(lists, part, [| 20 |], [| 5; 10; 20 |])
            |],
        History = history,
        BestEpoch = Nullable(epochs - 5),
        EpochSeconds = Nullable(1.3 + 0.1 * draws.Share()),
        ValidSeconds = Nullable(0.11 + 0.02 * draws.Share()),
        TrainSeconds = Nullable clock[0],
        PeakMemoryMB = Nullable(310.0 + 60.0 * draws.Share()),
        Device = "cpu",
        ArtifactKey = String.Format("{0:x16}", draws.Word())
    )

let private embedding seed =
    let draws = Draws(seed, "sample report embedding", 0)
    let users = Matrix(40, 16)
    let items = Matrix(200, 16)

    let rows =
        Array.init 40 (fun user -> Array.init 12 (fun i -> (user * 5 + i) % 200) |> Array.distinct)

    for i in 0 .. users.Values.Length - 1 do
        users.Values[i] <- float32 (draws.Normal())

    for item in 0..199 do
        for d in 0..15 do
            items[item, d] <- users[item / 5, d] + 0.4f * float32 (draws.Normal())

    EmbeddingSample.Draw(users, items, Matrices.ofRows 200 rows, 8, 10, seed)

let private sweepCell settings label value =
    SweepCell(Label = label, Settings = dict settings, Metrics = dict [ "recall@20", value; "ndcg@20", value * 0.47 ])

let private settings =
    dict
        [
            "train.embeddingSize", "64"
            "train.learningRate", "0.001"
            "train.layers", "2"
            "train.itemGraph", "on"
        ]

/// The whole of it. Two data sets, the first with competitors, ablations, three seeds and sweeps; the second with two models and one seed.
let input () =
    let first = part 300 250 1L
    let second = part 120 150 2L

    let models =
        [
            "BPR", false, 0.18
            "LightGCN", false, 0.24
            "CRANE", false, 0.31
            "CRANE without item graph", true, 0.25
            "CRANE, one round", true, 0.29
        ]

    let runs =
        [|
            for model, ablation, quality in models do
                for seed in [ 9L; 672L; 2024L ] do
                    yield run first "tiktok" model ablation quality seed
            for model, quality in [ "LightGCN", 0.2; "CRANE", 0.26 ] do
                yield run second "baby-mmrec" model false quality 9L
        |]

    runs[6].Embedding <- embedding 9L

    let degrees (matrix: CsrMatrix) =
        Array.init matrix.Rows (fun row -> matrix.RowColumns(row).Length)

    let dataset name (part: EvaluationPart) =
        ReportDataset(
            Name = name,
            Users = int64 part.Training.Rows,
            Items = int64 part.ItemCount,
            Interactions = int64 (part.Training.EntryCount + part.Positives.EntryCount),
            TrainInteractions = int64 part.Training.EntryCount,
            TestInteractions = int64 part.Positives.EntryCount,
            UserDegrees = degrees part.Training,
            ItemDegrees = part.ItemPopularity,
            Features =
                [|
                    FeatureQuality(
                        Modality = "visual",
                        Dimensions = 128,
                        Items = part.ItemCount,
                        Covered = part.ItemCount - 3,
                        Origin = "vectors of the sample",
                        Duplicates = Nullable 4,
                        ZeroVectors = Nullable 0,
                        ExplainedVariance = Nullable 0.914,
                        Spread = [| 0.1; 0.5; 2.0 |],
                        EffectiveDimensions = Nullable 22.8,
                        NearestSimilarity = [| 0.4; 0.6; 0.7; 0.8; 0.95 |],
                        Examples =
                            [|
                                NeighbourExample(
                                    Item = NamedItem(RawId = "B000A", Title = "Abbey Road | <remastered>"),
                                    Neighbours =
                                        [|
                                            SimilarItem(
                                                Item = NamedItem(RawId = "B000B", Title = "Let It Be"),
                                                Similarity = Nullable 0.875
                                            )
                                            SimilarItem(Item = NamedItem(RawId = "B000C"))
                                        |]
                                )
                            |],
                        Measures = dict [ "neighbours bought together", 0.114 ]
                    )
                    FeatureQuality(Modality = "acoustic", Dimensions = 128, Items = part.ItemCount, Covered = part.ItemCount)
                |]
        )

    let heat =
        [|
            for layers in 1..4 do
                for itemLayers in 1..3 ->
                    sweepCell
                        [ "train.layers", string layers; "train.itemLayers", string itemLayers ]
                        ""
                        (0.09 + 0.002 * float layers - 0.001 * float (itemLayers * itemLayers))
        |]

    let artifact dataset stage key inputs =
        ReportArtifact(
            Dataset = dataset,
            Stage = stage,
            Key = key,
            Inputs = inputs,
            Settings = settings,
            Seconds = Nullable 1.5,
            Finished = "2026-01-02 03:04 UTC"
        )

    ReportInput(
        Title = "CRANE on TikTok and Baby",
        Datasets = [| dataset "tiktok" first; dataset "baby-mmrec" second |],
        Runs = runs,
        Sweeps =
            [|
                ReportSweep(Name = "layers", Dataset = "tiktok", Planned = 12, Cells = heat)
                ReportSweep(
                    Name = "fusion",
                    Dataset = "tiktok",
                    Planned = 6,
                    Cells =
                        [|
                            for label, value in [ "attention", 0.0977; "concat", 0.0941; "sum", 0.0933 ] ->
                                sweepCell [ "train.fusion", label ] label value
                        |]
                )
                ReportSweep(
                    Name = "neighbours",
                    Dataset = "tiktok",
                    Cells =
                        [|
                            for k, value in [ 5, 0.0951; 10, 0.0977; 15, 0.0971; 20, 0.0962 ] ->
                                sweepCell [ "train.neighbours", string k ] "" value
                        |]
                )
            |],
        Artifacts =
            [|
                artifact
                    "tiktok"
                    "ingest"
                    "0123456789abcdef"
                    [| "sha256:5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9" |]
                artifact "tiktok" "split" "1123456789abcdef" [| "0123456789abcdef" |]
                artifact "tiktok" "train" "2123456789abcdef" [| "1123456789abcdef" |]
                artifact "tiktok" "evaluate" runs[6].ArtifactKey [| "2123456789abcdef"; "1123456789abcdef" |]
            |],
        Colophon = "Made by CRANE Pipeline 0.1.0."
    )
