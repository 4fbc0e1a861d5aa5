namespace CranePipeline.Evaluation.Tests

open System
open System.IO
open System.Text.RegularExpressions
open System.Xml.Linq
open NUnit.Framework
open CranePipeline.Evaluation

/// Charts of more series than there are colours.
[<TestFixture>]
type ChartTests() =

    let models = [| for i in 1..24 -> $"Model {i}" |]

    let page =
        lazy
            (Benchmark.Html(
                BenchmarkInput(
                    Models = models,
                    Baseline = models[0],
                    Runs =
                        [|
                            for i, model in Array.indexed models -> SampleBenchmark.run "shop" model 1L (0.1 + 0.01 * float i)
                        |]
                )
            ))

    let drawing (name: string) =
        Regex.Matches(page.Value, "<svg.*?</svg>", RegexOptions.Singleline)
        |> Seq.map (fun one -> XElement.Parse one.Value)
        |> Seq.find (fun one -> one.ToString().Contains $"aria-label=\"{name}\"")

    let attribute (name: string) (element: XElement) =
        match element.Attribute(XName.Get name) with
        | null -> ""
        | found -> found.Value

    let ofClass (start: string) (root: XElement) =
        root.Descendants()
        |> Seq.filter (fun one -> (attribute "class" one).StartsWith start)
        |> Seq.toArray

    /// Colour and shape of a mark: the letters of a path are its shape.
    let look mark =
        Regex.Match(attribute "class" mark, "s\\d").Value
        + Regex.Replace(attribute "d" mark, "[^A-Za-z]", "")

    /// Writes the page into the folder named by REPORT_SAMPLE_FOLDER, for a look at it.
    [<OneTimeSetUp>]
    member _.Keep() =
        match Environment.GetEnvironmentVariable "REPORT_SAMPLE_FOLDER" with
        | null -> ()
        | folder -> File.WriteAllText(Path.Combine(folder, "many-models.html"), page.Value)

    [<Test>]
    member _.``two dozen series differ in colour, shape or dashes, and the legend shows which``() =
        let chart = drawing "validation NDCG@20 by epoch on shop"
        let keys = chart |> ofClass "mark key"
        Assert.That(keys |> Array.map look |> Array.distinct, Has.Length.EqualTo 24)

        let strokes = ofClass "line " chart |> Array.groupBy _.Name.LocalName |> Map.ofArray

        let curves, samples = strokes["path"], strokes["line"]
        Assert.That(curves |> Array.map (attribute "class") |> Array.distinct, Has.Length.EqualTo 24)

        Assert.That(
            samples |> Array.map (attribute "class"),
            Is.EqualTo(box (curves |> Array.map (attribute "class"))),
            "a piece of each line in the legend"
        )

        // A curve's own marks are those of its key.
        let dots = chart |> ofClass "mark dot" |> Array.map look |> Array.distinct
        Assert.That(dots, Is.EquivalentTo(keys |> Array.map look))

    [<Test>]
    member _.``the kept and the last epoch of each model stand in a table under its curves``() =
        let page = Benchmark.Html(SampleBenchmark.input ())

        let rows =
            Regex.Matches(page, "<table>.*?</table>", RegexOptions.Singleline)
            |> Seq.find (fun one -> one.Value.Contains ">shop: validation NDCG@20 and loss at the kept")
            |> fun found -> (XElement.Parse found.Value).Descendants "tr"
            |> Seq.map (fun row -> String.Join(" | ", row.Elements() |> Seq.map _.Value))
            |> Seq.toArray

        Assert.That(
            rows,
            Is.EqualTo(
                box
                    [|
                        "Model | Seeds | Kept epoch | NDCG@20, kept | Last epoch | NDCG@20, last | Loss, last"
                        // Seed 1 kept its epoch 3 and seed 2 its epoch 2: LightGCN 0.075 and 0.085 × 2 / 3.
                        "LightGCN | 2 | 2.5 | 0.0658 | 3 | 0.0800 | 0.2333"
                        "CRANE | 2 | 2.5 | 0.0883 | 3 | 0.1075 | 0.2333"
                        "BPR | 2 | 2.5 | 0.0450 | 3 | 0.0550 | 0.2333"
                    |]
            )
        )

    [<Test>]
    member _.``every dash has its style``() =
        for dash in 1..3 do
            Assert.That(page.Value, Does.Contain $".d{dash}.line {{ stroke-dasharray")

        let classes =
            drawing "validation NDCG@20 by epoch on shop"
            |> ofClass "line "
            |> Array.map (fun one -> Regex.Match(attribute "class" one, "d\\d").Value)
            |> Array.distinct

        Assert.That(classes, Is.SubsetOf [ "d0"; "d1"; "d2"; "d3" ])
