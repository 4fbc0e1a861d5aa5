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
        Assert.That(written.Value, Does.Contain "| Abbey Road \\| <remastered> | Let It Be (0.88); B000C (–) |")

    [<Test>]
    member _.``a data set without users has no sparsity``() =
        let input =
            ReportInput(Title = "Empty", Datasets = [| ReportDataset(Name = "none") |])

        Assert.That(Report.Markdown input, Does.Contain "| none | 0 | 0 | 0 | 0 | 0 | 0 | – |")
        Assert.That(Report.Html input, Does.Contain("<td>–</td></tr>").And.Not.Contain("NaN"))

    [<Test>]
    member _.``an empty report is a title``() =
        Assert.That(Report.Markdown(ReportInput(Title = "Nothing yet")), Is.EqualTo "# Nothing yet\n")

    [<Test>]
    member _.``the same input gives the same bytes``() =
        Assert.That(Report.Markdown(SampleReport.input ()), Is.EqualTo written.Value)
