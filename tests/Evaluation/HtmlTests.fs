namespace CranePipeline.Evaluation.Tests

open System.IO
open System.Text.RegularExpressions
open NUnit.Framework
open CranePipeline.Evaluation

[<TestFixture>]
type HtmlTests() =

    let page = lazy Report.Html(SampleReport.input ())

    [<Test>]
    member _.``write it out``() =
        File.WriteAllText("/tmp/evfsx/report.html", page.Value)
        let input = SampleReport.input ()
        Assert.That(Regex.Matches(page.Value, "<svg").Count, Is.GreaterThan 10)
        ignore input
