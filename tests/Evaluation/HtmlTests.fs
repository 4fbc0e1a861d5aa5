namespace CranePipeline.Evaluation.Tests

open System
open System.IO
open System.Text.RegularExpressions
open System.Xml.Linq
open NUnit.Framework
open CranePipeline.Evaluation

[<TestFixture>]
type HtmlTests() =

    let page = lazy Report.Html(SampleReport.input ())

    let has (text: string) =
        Assert.That(page.Value, Does.Contain text)

    /// Writes the page into the folder named by REPORT_SAMPLE_FOLDER, for a look at it.
    [<OneTimeSetUp>]
    member _.Keep() =
        match Environment.GetEnvironmentVariable "REPORT_SAMPLE_FOLDER" with
        | null -> ()
        | folder -> File.WriteAllText(Path.Combine(folder, "report.html"), page.Value)

    [<Test>]
    member _.``every section is there``() =
        for title in
            [
                "Results"
                "Significance"
                "Groups"
                "Ablations"
                "Sensitivity"
                "Convergence"
                "Time and memory"
                "Embeddings"
                "Data"
                "Features"
                "Lineage"
            ] do
            has $">{title}</h2>"

    [<Test>]
    member _.``a sweep of the ablations is shown once, with the variants that change nothing``() =
        let input = SampleReport.input ()

        let cell label (run: ReportRun) =
            SweepCell(Label = label, Metrics = run.Metrics, ArtifactKey = run.ArtifactKey)

        let cells =
            [|
                for run in input.Runs do
                    if run.Dataset = "tiktok" && (run.Ablation || run.Model = input.Subject) then
                        yield cell run.Model run

                        if run.Model = input.Subject then
                            yield cell "without contrastive loss" run
            |]

        let sweep =
            ReportSweep(Name = "all the variants", Dataset = "tiktok", Cells = cells)

        input.Sweeps <- Array.append (Seq.toArray input.Sweeps) [| sweep |]
        let page = Report.Html input
        Assert.That(page, Does.Contain "The same settings, and so the same runs, as CRANE: without contrastive loss.")
        Assert.That(page, Does.Not.Contain "all the variants")

        // A variant whose run is not among the models keeps the sweep a figure of its own.
        sweep.Cells <- Array.append cells [| SweepCell(Label = "new", Metrics = cells[0].Metrics, ArtifactKey = "f") |]
        Assert.That(Report.Html input, Does.Contain "all the variants")

    [<Test>]
    member _.``marks of significance are explained where there are any``() =
        let explanation = "differs from the model significantly across users"
        has explanation
        let one = SampleReport.input ()
        one.Runs <- one.Runs |> Seq.filter (fun run -> run.Model = one.Subject) |> Seq.toArray
        Assert.That(Report.Html one, Does.Contain ">Results</h2>")
        Assert.That(Report.Html one, Does.Not.Contain explanation)

    [<Test>]
    member _.``it loads nothing``() =
        Assert.That(
            Regex.IsMatch(page.Value, "(src|href)=\"(?!#|data:)|@import|url\\(|<link(?! rel=\"icon\" href=\"data:)"),
            Is.False
        )

        has "default-src 'none'"

    [<Test>]
    member _.``every drawing is well-formed, named and finite``() =
        let drawings = Regex.Matches(page.Value, "<svg.*?</svg>", RegexOptions.Singleline)
        Assert.That(drawings.Count, Is.GreaterThan 20)

        for drawing in drawings do
            let root = XElement.Parse drawing.Value
            Assert.That(root.Attribute(XName.Get "aria-label"), Is.Not.Null)
            Assert.That(drawing.Value, Does.Not.Match "NaN|Infinity|∞")

    [<Test>]
    member _.``every table has a caption, and headings for rows and columns``() =
        for table in Regex.Matches(page.Value, "<table>.*?</table>", RegexOptions.Singleline) do
            let root = XElement.Parse table.Value
            Assert.That(Seq.length (root.Descendants "caption"), Is.EqualTo 1)

            let width =
                Seq.length (
                    (root.Element "thead" |> Option.ofObj |> Option.get).Elements "tr"
                    |> Seq.last
                    |> _.Elements()
                )

            for row in root.Elements "tbody" |> Seq.collect _.Elements("tr") do
                Assert.That(Seq.length (row.Elements()), Is.EqualTo width)
                Assert.That((Seq.head (row.Elements())).Name.LocalName, Is.EqualTo "th")

    [<Test>]
    member _.``names from outside are escaped``() =
        let run =
            ReportRun(Dataset = "a<b>", Model = "<script>alert(1)</script>", Metrics = SampleReport.dict [ "recall@20", 0.1 ])

        let page = Report.Html(ReportInput(Title = "\"x\" & <y>", Runs = [| run |]))
        Assert.That(page, Does.Not.Contain "<script>alert")
        Assert.That(page, Does.Not.Contain "<b>")
        Assert.That(page, Does.Contain "&quot;x&quot; &amp; &lt;y&gt;")

    [<Test>]
    member _.``what is not there is left out``() =
        let run =
            ReportRun(
                Dataset = "one",
                Model = "CRANE",
                Seed = 9L,
                Metrics = SampleReport.dict [ "recall@20", 0.1; "ndcg@20", 0.05 ]
            )

        let page = Report.Html(ReportInput(Runs = [| run |]))
        Assert.That(page, Does.Contain ">Results</h2>")
        Assert.That(page, Does.Contain ">0.1000<")

        for title in
            [
                "Significance"
                "Groups"
                "Ablations"
                "Sensitivity"
                "Convergence"
                "Time and memory"
                "Embeddings"
                "Data"
                "Features"
            ] do
            Assert.That(page, Does.Not.Contain $">{title}</h2>")

    [<Test>]
    member _.``feature tables show what was measured, and items beside their nearest``() =
        has ">91.4 %<"
        has ">0.10 · 0.50 · 2.00<"
        has "Abbey Road | &lt;remastered&gt;</span></p>"
        has "<span class=\"cosine\">0.88</span><span title=\"B000B\">Let It Be</span>"
        has "<span class=\"cosine\">–</span><code>B000C</code>"

    [<Test>]
    member _.``the same input gives the same bytes``() =
        Assert.That(Report.Html(SampleReport.input ()), Is.EqualTo page.Value)
