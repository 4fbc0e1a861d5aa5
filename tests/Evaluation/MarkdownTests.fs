namespace CranePipeline.Evaluation.Tests

open System
open NUnit.Framework
open CranePipeline.Evaluation

[<TestFixture>]
type MarkdownTests() =

    let written = lazy Report.Markdown(SampleReport.input ())

    [<Test>]
    member _.``every table has as many cells in each row as in its heading``() =
        let width (line: string) =
            line.Replace("\\|", "").Split('|').Length

        let mutable inTable = 0

        for line in written.Value.Split '\n' do
            if line.StartsWith '|' then
                if inTable > 0 then
                    Assert.That(width line, Is.EqualTo inTable, line)

                inTable <- width line
            else
                inTable <- 0

    [<Test>]
    member _.``the headline and the best result are those of the runs``() =
        let input = SampleReport.input ()

        let mean model =
            input.Runs
            |> Seq.filter (fun run -> run.Dataset = "tiktok" && run.Model = model)
            |> Seq.averageBy (fun run -> run.Metrics["recall@20"])

        let crane, rival = mean "CRANE", mean "LightGCN"
        Assert.That(crane, Is.GreaterThan rival)
        let shown = crane.ToString "0.0000"
        let rivalShown = rival.ToString "0.0000"
        Assert.That(written.Value, Does.Contain $"**tiktok: CRANE Recall@20 {shown}**, ")
        Assert.That(written.Value, Does.Contain $"against LightGCN ({rivalShown})")

        let row =
            written.Value.Split '\n'
            |> Array.find (fun line -> line.StartsWith "| CRANE | 3")

        Assert.That(row, Does.Contain $"**{shown} ± ")

    [<Test>]
    member _.``published figures stand beside ours where they are known``() =
        Assert.That(written.Value, Does.Contain "LightGCN Recall@20 0.0754")
        Assert.That(written.Value, Does.Contain "DiffMM Recall@20 0.1129")

    [<Test>]
    member _.``items stand beside their nearest``() =
        Assert.That(written.Value, Does.Contain "| Abbey Road \\| &lt;remastered&gt; | Let It Be (0.88); B000C (–) |")

    [<Test>]
    member _.``a data set without users has no sparsity``() =
        let input =
            ReportInput(Title = "Empty", Datasets = [| ReportDataset(Name = "none") |])

        Assert.That(Report.Markdown input, Does.Contain "| none | 0 | 0 | 0 | 0 | 0 | 0 | – |")
        Assert.That(Report.Html input, Does.Contain("<td>–</td></tr>").And.Not.Contain("NaN"))

    [<Test>]
    member _.``what comes from outside is neither markup nor control``() =
        let hostile =
            "a|b <script>alert(1)</script> [x](y) `c` **d** _e_ \u001B[31m\u202Egnp\n# f \\| &amp;"

        let input =
            ReportInput(
                Title = hostile,
                Subject = hostile,
                Colophon = hostile,
                Datasets =
                    [|
                        ReportDataset(
                            Name = hostile,
                            Notes = [| hostile |],
                            Dropped = [| DroppedData(Reason = hostile, Count = 3L, Example = hostile) |],
                            Features =
                                [|
                                    FeatureQuality(
                                        Modality = hostile,
                                        Examples =
                                            [|
                                                NeighbourExample(
                                                    Item = NamedItem(RawId = "i", Title = hostile),
                                                    Neighbours = [| SimilarItem(Item = NamedItem(RawId = hostile)) |]
                                                )
                                            |]
                                    )
                                |]
                        )
                    |],
                Runs =
                    [|
                        ReportRun(
                            Dataset = hostile,
                            Model = hostile,
                            Device = hostile,
                            EpochSeconds = 1.0,
                            Metrics = SampleReport.dict [ "recall@20", 0.5 ]
                        )
                        ReportRun(Dataset = hostile, Model = "other " + hostile, NobodyBecause = hostile)
                    |],
                Sweeps =
                    [|
                        ReportSweep(
                            Name = hostile,
                            Dataset = hostile,
                            Cells =
                                [|
                                    SweepCell(Label = hostile, Settings = SampleReport.dict [ hostile, hostile ])
                                |]
                        )
                    |],
                Artifacts =
                    [|
                        ReportArtifact(
                            Dataset = hostile,
                            Stage = hostile,
                            Key = hostile,
                            Inputs = [| hostile |],
                            Settings = SampleReport.dict [ hostile, hostile ]
                        )
                    |]
            )

        let markdown = Report.Markdown input
        let plain = Text.RegularExpressions.Regex.Replace(markdown, "(`+) .*? \\1", "")

        for marks in [ "<script"; "\u001B"; "\u202E"; " [x]"; " **d"; " _e_"; "\n# f" ] do
            Assert.That(plain, Does.Not.Contain marks)

        for marks in [ "a|b"; "a\\\\|b" ] do
            Assert.That(plain.Split('\n') |> Array.filter _.StartsWith('|'), Has.None.Contains marks)

        Assert.That(markdown, Does.Contain "a\\|b &lt;script&gt;alert(1)&lt;/script&gt; \\[x\\](y) \\`c\\` \\*\\*d\\*\\* ")
        Assert.That(markdown, Does.Contain "\\\\u001B\\[31m\\\\u202Egnp\\\\n# f")
        Assert.That(Report.Html input, Does.Not.Contain("<script>alert").And.Not.Contain("\u001B").And.Not.Contain("\u202E"))

    [<Test>]
    member _.``a model that could not be scored has dashes and the reason``() =
        let reason = "none of the 3 users of the part has a training interaction"

        let input =
            ReportInput(
                Title = "Cold",
                Datasets = [| ReportDataset(Name = "shop", Notes = [| "there are only 40 items" |]) |],
                Runs =
                    [|
                        for model in [ "LightGCN"; "CRANE"; "CRANE, rounds 1" ] do
                            for seed in [ 1L; 2L ] ->
                                ReportRun(
                                    Dataset = "shop",
                                    Model = model,
                                    Ablation = model.Contains ',',
                                    Seed = seed,
                                    NobodyBecause = reason
                                )
                    |],
                Sweeps =
                    [|
                        ReportSweep(Name = "one", Dataset = "shop", Cells = [| SweepCell(Label = "CRANE") |])
                    |]
            )

        let markdown, page = Report.Markdown input, Report.Html input
        Assert.That(markdown, Does.Contain "| LightGCN | 2 | – | – | – | – |")
        Assert.That(markdown, Does.Contain "**shop: CRANE Recall@20 –**, 2 seeds (1, 2).")
        Assert.That(markdown, Does.Contain $"No user could be scored, 2 seeds (1, 2): {reason}.")
        Assert.That(markdown, Does.Contain "There are only 40 items.")
        Assert.That(page, Does.Contain(reason).And.Contain("There are only 40 items.").And.Not.Contain("NaN"))
        Assert.That(page, Does.Not.Contain "0.0000")

    [<Test>]
    member _.``what was left out is told by reason``() =
        let input =
            ReportInput(
                Datasets =
                    [|
                        ReportDataset(
                            Name = "shop",
                            Dropped =
                                [|
                                    DroppedData(Reason = "rating out of range", Count = 1234L, Example = "r.csv:3: 7")
                                |]
                        )
                    |]
            )

        Assert.That(Report.Markdown input, Does.Contain "| rating out of range | 1,234 | r.csv:3: 7 |")
        Assert.That(Report.Html input, Does.Contain("rating out of range").And.Contain("1,234"))

    [<Test>]
    member _.``an empty report is a title``() =
        Assert.That(Report.Markdown(ReportInput(Title = "Nothing yet")), Is.EqualTo "# Nothing yet\n")

    [<Test>]
    member _.``the same input gives the same bytes``() =
        Assert.That(Report.Markdown(SampleReport.input ()), Is.EqualTo written.Value)
