namespace CranePipeline.Evaluation.Tests

open System.IO
open System.Text.Json
open NUnit.Framework
open CranePipeline.Evaluation

/// Values made by numpy and scipy (Golden/README.md).
[<TestFixture>]
type GoldenTests() =

    let read name =
        JsonDocument.Parse(File.ReadAllText(Path.Combine(TestContext.CurrentContext.TestDirectory, "Golden", name))).RootElement

    let ints (element: JsonElement) =
        [| for value in element.EnumerateArray() -> value.GetInt32() |]

    let floats (element: JsonElement) =
        [| for value in element.EnumerateArray() -> value.GetDouble() |]

    let golden = lazy read "metrics.json"

    let prepared =
        lazy
            (let root = golden.Value
             let items = root.GetProperty("items").GetInt32()

             let rows (name: string) =
                 [| for row in root.GetProperty(name).EnumerateArray() -> ints row |]

             let part =
                 EvaluationPart.Create(Matrices.ofRows items (rows "train"), Matrices.ofRows items (rows "test"))

             let lists =
                 RankedLists(ints (root.GetProperty "scored"), root.GetProperty("k").GetInt32(), Array.concat (rows "lists"))

             part, lists)

    [<Test>]
    member _.``every metric at every cutoff is numpy's``() =
        let part, lists = prepared.Value
        Assert.That(part.Users, Is.EqualTo(box lists.Users))
        let table = Metrics.Compute(lists, part, ints (golden.Value.GetProperty "cutoffs"))
        let expected = golden.Value.GetProperty "means"
        Assert.That(table.Means.Count, Is.EqualTo(Seq.length (expected.EnumerateObject())))

        for entry in expected.EnumerateObject() do
            Assert.That(table.Means[entry.Name], Is.EqualTo(entry.Value.GetDouble()).Within(1e-12), entry.Name)

    [<Test>]
    member _.``values of each user are numpy's``() =
        let part, lists = prepared.Value
        let table = Metrics.Compute(lists, part, [| 20 |])

        for entry in golden.Value.GetProperty("perUser").EnumerateObject() do
            Assert.That(table.PerUser[entry.Name], Is.EqualTo(box (floats entry.Value)).Within(1e-12), entry.Name)

    [<Test>]
    member _.``paired tests are scipy's``() =
        for case in (read "significance.json").GetProperty("paired").EnumerateArray() do
            let name = case.GetProperty("name").GetString()
            let value (key: string) = case.GetProperty(key).GetDouble()
            let first = floats (case.GetProperty "first")
            let second = floats (case.GetProperty "second")

            let near (expected: float) =
                Is.EqualTo(expected).Within(1e-9 * max (abs expected) 1e-30)

            let t = Significance.TTest(first, second, 0.95)
            Assert.That(t.Statistic, near (value "t"), name)
            Assert.That(t.PValue, near (value "tP"), name)
            // This scipy's Student quantile has nine digits (its own tail probability there is 0.05000000012).
            let width = value "high" - value "low"
            Assert.That(t.Lower, Is.EqualTo(value "low").Within(1e-8 * width), name)
            Assert.That(t.Upper, Is.EqualTo(value "high").Within(1e-8 * width), name)
            Assert.That(t.EffectSize, near (value "dz"), name)
            let plain = Significance.Wilcoxon(first, second, false)
            Assert.That(plain.Exact, Is.EqualTo(case.GetProperty("exact").GetBoolean()), name)
            Assert.That(plain.Statistic, near (value "w"), name)
            Assert.That(plain.PValue, near (value "wP"), name)
            Assert.That(plain.RankBiserial, Is.EqualTo(value "biserial").Within(1e-12), name)
            Assert.That(Significance.Wilcoxon(first, second, true).PValue, near (value "wPContinuity"), name)

    [<Test>]
    member _.``Holm's adjustment``() =
        let root = read "significance.json"

        Assert.That(
            Significance.Holm(floats (root.GetProperty "p")),
            Is.EqualTo(box (floats (root.GetProperty "holm"))).Within(1e-15)
        )
