namespace CranePipeline.Evaluation.Tests

open System
open System.IO
open NUnit.Framework
open CranePipeline.Evaluation

/// A small benchmark of known figures.
module SampleBenchmark =

    let private users = Array.init 40 id

    /// A run whose users all have the same few values around its own, so that tests across users have something to say.
    let run dataset model seed (recall: float) =
        let perUser =
            users
            |> Array.map (fun user -> recall * (0.8 + 0.4 * float ((user * 7 + 3) % 11) / 10.0))

        ReportRun(
            Dataset = dataset,
            Model = model,
            Seed = seed,
            Metrics = SampleReport.dict [ "recall@20", recall; "ndcg@20", recall / 2.0 ],
            Users = users,
            PerUser = SampleReport.dict [ "recall@20", perUser ],
            History =
                [|
                    for epoch in 1..3 ->
                        EpochPoint(
                            Epoch = epoch,
                            Seconds = float epoch,
                            Loss = 0.7 / float epoch,
                            ValidNdcg20 = Nullable(recall / 2.0 * float epoch / 3.0)
                        )
                |],
            BestEpoch = 2 + int seed % 2,
            EpochSeconds = 1.0,
            TrainSeconds = 3.5,
            PeakMemoryMB = 120.0,
            Parameters = Nullable 12800L,
            Device = "cpu",
            ArtifactKey = $"{dataset}-{model}-{seed}"
        )

    let private model dataset name (values: float list) =
        values |> List.mapi (fun i value -> run dataset name (int64 (i + 1)) value)

    let input () =
        BenchmarkInput(
            Title = "Small benchmark",
            Command = "-Stage benchmark -Benchmark small",
            Protocol = [| "The same for every model: train.epochs 3; seeds 1, 2." |],
            Datasets =
                [|
                    ReportDataset(Name = "shop", Users = 40L, Items = 20L, Interactions = 200L)
                    ReportDataset(Name = "tiktok", Users = 40L, Items = 20L, Interactions = 200L)
                |],
            Models = [| "BPR"; "LightGCN"; "CRANE"; "VBPR" |],
            Baseline = "BPR",
            Columns = [| "recall@20"; "ndcg@20" |],
            Runs =
                [|
                    yield! model "shop" "BPR" [ 0.10; 0.12 ]
                    yield! model "shop" "LightGCN" [ 0.15; 0.17 ]
                    yield! model "shop" "CRANE" [ 0.20; 0.23 ]
                    yield! model "tiktok" "BPR" [ 0.05; 0.05 ]
                    yield! model "tiktok" "LightGCN" [ 0.09; 0.10 ]
                    yield! model "tiktok" "CRANE" [ 0.08; 0.0899 ]
                    yield! model "tiktok" "VBPR" [ 0.04 ]
                |],
            Planned = 14,
            Choices =
                [|
                    BenchmarkChoice(
                        Dataset = "shop",
                        Model = "CRANE",
                        Trials = 4,
                        ValidRecall20 = Nullable 0.21,
                        Settings = SampleReport.dict [ "learningRate", "0.003"; "rounds", "2" ]
                    )
                    BenchmarkChoice(Dataset = "shop", Model = "BPR")
                |],
            Gaps =
                [|
                    BenchmarkGap(Dataset = "shop", Model = "VBPR", Reason = "the model reads features, and the data set has none")
                |],
            Colophon = "CRANE Pipeline 0"
        )

[<TestFixture>]
type BenchmarkTests() =

    let markdown = lazy Benchmark.Markdown(SampleBenchmark.input ())
    let page = lazy Benchmark.Html(SampleBenchmark.input ())

    let rows (start: string) =
        markdown.Value.Split '\n' |> Array.filter _.StartsWith(start)

    /// Writes the page into the folder named by REPORT_SAMPLE_FOLDER, for a look at it.
    [<OneTimeSetUp>]
    member _.Keep() =
        match Environment.GetEnvironmentVariable "REPORT_SAMPLE_FOLDER" with
        | null -> ()
        | folder -> File.WriteAllText(Path.Combine(folder, "benchmark.html"), page.Value)

    [<Test>]
    member _.``the best is bold, the second underlined, and what is missing a dash``() =
        Assert.That((rows "| CRANE |")[0], Does.StartWith "| CRANE | **0.2150 ± 0.0212**\\*")

        Assert.That(
            (rows "| LightGCN |")[0],
            Is.EqualTo
                "| LightGCN | <u>0.1600 ± 0.0141</u> | <u>0.0800 ± 0.0071</u> | **0.0950 ± 0.0071**\\*\\* | **0.0475 ± 0.0035** |"
        )

        Assert.That((rows "| VBPR |")[0], Is.EqualTo "| VBPR | – | – | 0.0400 | 0.0200 |")

    [<Test>]
    member _.``the published figures of a known data set stand below``() =
        Assert.That((rows "| *LightGCN, published* |")[0], Is.EqualTo "| *LightGCN, published* |  |  | *0.0653* | *0.0282* |")
        Assert.That(page.Value, Does.Contain "published")

    [<Test>]
    member _.``the gain over matrix factorisation is (X - MF) / MF``() =
        let gains = markdown.Value[markdown.Value.IndexOf "## GRMF-X" ..]

        Assert.That(
            gains,
            Does.Contain "| Model | shop GRMF-Recall@20 | shop GRMF-NDCG@20 | tiktok GRMF-Recall@20 | tiktok GRMF-NDCG@20 |"
        )

        Assert.That(gains, Does.Contain "| LightGCN | +45.5 % | +45.5 % | +90.0 % | +90.0 % |")
        Assert.That(gains, Does.Contain "| VBPR | – | – | −20.0 % | −20.0 % |")
        Assert.That(gains, Does.Contain "(X − X\\_MF) / X\\_MF")

    [<Test>]
    member _.``the best of each data set is tested against every rival, the best rival first``() =
        let tests =
            markdown.Value[markdown.Value.IndexOf "## Significance" .. markdown.Value.IndexOf "## Cost" - 1].Split '\n'
            |> Array.filter (fun line -> line.StartsWith "| shop" || line.StartsWith "| tiktok")
            |> Array.map (fun line -> String.Join('|', (line.Split '|')[1..3]))

        Assert.That(
            tests,
            Is.EqualTo(
                box
                    [|
                        " shop | CRANE | LightGCN "
                        " shop | CRANE | BPR "
                        " tiktok | LightGCN | CRANE "
                        " tiktok | LightGCN | BPR "
                        " tiktok | LightGCN | VBPR "
                    |]
            )
        )

    [<Test>]
    member _.``significance is Holm's over the rivals``() =
        let input = SampleBenchmark.input ()

        let raw = Significance.TTest([| 0.20; 0.23 |], [| 0.15; 0.17 |], 0.95).PValue

        let other = Significance.TTest([| 0.20; 0.23 |], [| 0.10; 0.12 |], 0.95).PValue

        let adjusted = Significance.Holm [| raw; other |]
        let c = Comparisons.Of(input.Runs, "shop", "CRANE", "recall@20")

        Assert.That(c |> Seq.find (fun one -> one.Second = "LightGCN") |> _.SeedsTAdjusted, Is.EqualTo(adjusted[0]).Within 1e-12)

    [<Test>]
    member _.``the same difference under every seed is no test across seeds, and the page says so``() =
        let input = SampleBenchmark.input ()

        // Models that draw nothing, on a published split: each is one run done twice, the last equal within rounding.
        input.Runs <-
            [|
                for model, values in
                    [
                        "BPR", [ 0.10; 0.12 ]
                        "CRANE", [ 0.20; 0.20 ]
                        "LightGCN", [ 0.15; 0.15 ]
                        "VBPR", [ 0.11; 0.11 + 2e-17 ]
                    ] do
                    for seed, value in List.indexed values -> SampleBenchmark.run "shop" model (int64 seed) value
            |]

        let compared = Comparisons.Of(input.Runs, "shop", "CRANE", "recall@20")

        let of' model =
            compared |> Seq.find (fun one -> one.Second = model)

        for model in [ "LightGCN"; "VBPR" ] do
            Assert.That((of' model).SeedsT, Is.Null, model)
            Assert.That((of' model).SeedsWilcoxon, Is.Null, model)
            Assert.That((of' model).SeedsTAdjusted, Is.NaN, model)

        // Holm's adjustment is over the one test there is.
        let tested = (of' "BPR").SeedsT |> Option.ofObj |> Option.get
        Assert.That((of' "BPR").SeedsTAdjusted, Is.EqualTo tested.PValue)

        let markdown, page = Benchmark.Markdown input, Benchmark.Html input

        let row =
            markdown.Split '\n'
            |> Array.find (fun line -> line.StartsWith "| shop | CRANE | LightGCN")

        Assert.That(row, Does.StartWith "| shop | CRANE | LightGCN | +33.3 % | 2 | – | – |")
        Assert.That(markdown, Does.Contain("| CRANE | **0.2000 ± 0.0000**\\* |").And.Not.Contain("0000**\\*\\*"))

        let reason =
            "shop: no test across seeds against LightGCN, VBPR, for the difference is the same under every seed."

        Assert.That(markdown, Does.Contain reason)
        Assert.That(page, Does.Contain reason)

        let report =
            ReportInput(Subject = "CRANE", Runs = input.Runs, Datasets = [| ReportDataset(Name = "shop") |])

        Assert.That(Report.Markdown report, Does.Contain reason)
        Assert.That(Report.Html report, Does.Contain reason)

    [<Test>]
    member _.``cost, choices, gaps and what is unfinished are told``() =
        Assert.That(markdown.Value, Does.Contain "| shop | CRANE | 12,800 | 1.00 s | 3 | 2.5 | 3.50 s | 120 MB | cpu |")
        Assert.That(markdown.Value, Does.Contain "| shop | CRANE | 4 | 0.2100 | learningRate 0.003, rounds 2 |")
        Assert.That(markdown.Value, Does.Contain "| shop | BPR | 0 | – | the preset's |")
        Assert.That(markdown.Value, Does.Contain "| shop | VBPR | the model reads features, and the data set has none |")
        Assert.That(markdown.Value, Does.Contain "13 of 14 runs are finished.")

    [<Test>]
    member _.``every table has as many cells in each row as in its heading``() =
        let mutable inTable = 0

        for line in markdown.Value.Split '\n' do
            if line.StartsWith '|' then
                let width = line.Replace("\\|", "").Split('|').Length

                if inTable > 0 then
                    Assert.That(width, Is.EqualTo inTable, line)

                inTable <- width
            else
                inTable <- 0

    [<Test>]
    member _.``the page has every part and nothing that is no number``() =
        for title in
            [
                "Results"
                "GRMF-X"
                "Significance"
                "Cost"
                "Settings"
                "Convergence"
                "Data"
            ] do
            Assert.That(page.Value, Does.Contain $">{title}</h2>")

        Assert.That(page.Value, Does.Contain("class=\"best\"").And.Contain("class=\"second\""))
        Assert.That(page.Value, Does.Not.Contain("NaN").And.Not.Contain("Infinity"))

    [<Test>]
    member _.``a benchmark without runs, or whose runs could not be scored, is a page too``() =
        Assert.That(Benchmark.Markdown(BenchmarkInput()), Does.Contain "There is nothing to show yet.")
        Assert.That(Benchmark.Html(BenchmarkInput()), Does.Contain "There is nothing to show yet.")

        let unscored =
            BenchmarkInput(
                Models = [| "BPR"; "CRANE" |],
                Baseline = "BPR",
                Runs =
                    [|
                        for model in [ "BPR"; "CRANE" ] ->
                            ReportRun(Dataset = "cold", Model = model, NobodyBecause = "the part has no interactions")
                    |]
            )

        Assert.That(Benchmark.Markdown unscored, Does.Contain "| CRANE | – | – | – | – |")
        Assert.That(Benchmark.Html unscored, Does.Contain("the part has no interactions").And.Not.Contain("NaN"))
