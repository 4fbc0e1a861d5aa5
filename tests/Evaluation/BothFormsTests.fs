namespace CranePipeline.Evaluation.Tests

open System
open NUnit.Framework
open CranePipeline.Evaluation

/// What the tables and the page say alike.
[<TestFixture>]
type BothFormsTests() =

    [<Test>]
    member _.``published figures are for the shipped data sets alone, known by their whole names``() =
        let about dataset =
            let run =
                ReportRun(Dataset = dataset, Model = "CRANE", Metrics = SampleReport.dict [ "recall@20", 0.1 ])

            let input = ReportInput(Runs = [| run |])
            let markdown = (Report.Markdown input).Contains "Published ("
            Assert.That((Report.Html input).Contains "Published figures", Is.EqualTo markdown, dataset)
            markdown

        let known =
            [
                "baby"
                "baby-mmrec"
                "clothing"
                "clothing-mmrec"
                "electronics"
                "gowalla"
                "sports"
                "sports-mmrec"
                "tiktok"
            ]

        let others =
            [
                "babyshape"
                "digital-music"
                "electronicsshape"
                "sample"
                "sports-shop"
                "Sports"
                "tiktok_2"
                "baby food"
            ]

        Assert.That(known |> List.filter (about >> not), Is.Empty)
        Assert.That(others |> List.filter about, Is.Empty)

    [<Test>]
    member _.``groups are means over the runs that have them, in the table as on the page``() =
        let group label lower members positives value =
            GroupMetrics(
                GroupKind.UsersByInteractions,
                label,
                lower,
                lower + 4,
                members,
                members,
                positives,
                SampleReport.dict [ "recall@20", value ]
            )

        let run model seed groups =
            ReportRun(
                Dataset = "shop",
                Model = model,
                Seed = seed,
                Metrics = SampleReport.dict [ "recall@20", 0.5 ],
                Groups = groups
            )

        // Seed 2 has a group that seed 1 lacks.
        let runs scale =
            [|
                [| group "1–4" 1 1000 1500 (0.10 * scale) |]
                [| group "5–9" 5 30 90 (0.30 * scale); group "1–4" 1 1101 1604 (0.20 * scale) |]
            |]

        let input =
            ReportInput(
                Subject = "CRANE",
                Runs =
                    [|
                        for model, scale in [ "BPR", 0.5; "CRANE", 1.0 ] do
                            for i, groups in Array.indexed (runs scale) -> run model (int64 (i + 1)) groups
                    |]
            )

        let markdown, page = Report.Markdown input, Report.Html input

        let rows =
            markdown.Split '\n' |> Array.filter (fun line -> line.StartsWith "| Users with")

        Assert.That(
            rows,
            Is.EqualTo(
                box
                    [|
                        "| Users with 1–4 interactions | BPR | 1,051 | 1,552 | 0.0750 |"
                        "| Users with 5–9 interactions | BPR | 30 | 90 | 0.1500 |"
                        "| Users with 1–4 interactions | CRANE | 1,051 | 1,552 | 0.1500 |"
                        "| Users with 5–9 interactions | CRANE | 30 | 90 | 0.3000 |"
                    |]
            )
        )

        let cells =
            page[page.IndexOf ">Positives<" ..]
            |> fun rest -> rest[.. rest.IndexOf "</table>"]
            |> fun table ->
                [|
                    for cell in Text.RegularExpressions.Regex.Matches(table, "<t[hd][^>]*>([^<]*)</t[hd]>") ->
                        cell.Groups[1].Value
                |]

        Assert.That(
            cells[cells.Length - 10 ..],
            Is.EqualTo(
                box
                    [|
                        "1–4"
                        "1,051"
                        "1,552"
                        "0.0750"
                        "0.1500"
                        "5–9"
                        "30"
                        "90"
                        "0.1500"
                        "0.3000"
                    |]
            )
        )

        Assert.That(page, Does.Contain(">1,051</text>"), "the chart's axis")
