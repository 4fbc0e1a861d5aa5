namespace CranePipeline.Evaluation.Tests

open System
open System.Collections.Generic
open System.IO
open System.Threading.Tasks
open Microsoft.Playwright
open NUnit.Framework
open CranePipeline.Evaluation

[<AutoOpen>]
module private Scripts =

    let evaluate<'a> (page: IPage) (script: string) : Task<'a> = page.EvaluateAsync<'a> script

/// The page in a real browser, where one is installed.
[<TestFixture>]
type BrowserTests() =

    let folder = Directory.CreateTempSubdirectory "report-page-"
    let mutable playwright: IPlaywright | null = null
    let mutable browser: IBrowser | null = null

    let installed =
        [
            Environment.GetEnvironmentVariable "CHROMIUM"
            "/usr/bin/chromium"
            "/usr/bin/chromium-browser"
            "/usr/bin/google-chrome"
        ]
        |> List.tryFind (fun path -> not (String.IsNullOrEmpty path) && File.Exists path)

    let keep name (html: string) =
        let path = Path.Combine(folder.FullName, name + ".html")
        File.WriteAllText(path, html)
        Uri(path).AbsoluteUri

    let write name (input: ReportInput) = keep name (Report.Html input)

    /// Opens a page, gives it to a check, and holds it to no error and no request.
    let visit (url: string) width (scheme: ColorScheme) (check: IPage -> Task) =
        task {
            let browser = browser |> Option.ofObj |> Option.get

            let options =
                BrowserNewContextOptions(ViewportSize = ViewportSize(Width = width, Height = 800), ColorScheme = Nullable scheme)

            let! context = browser.NewContextAsync options
            let! page = context.NewPageAsync()
            let complaints = List<string>()

            page.Console.Add(fun message ->
                if message.Type = "error" || message.Type = "warning" then
                    complaints.Add message.Text)

            page.PageError.Add complaints.Add

            page.Request.Add(fun request ->
                if request.Url <> url && not (request.Url.StartsWith "data:") then
                    complaints.Add("request of " + request.Url))

            let! _ = page.GotoAsync url
            do! check page
            Assert.That(complaints, Is.Empty)
            do! context.CloseAsync()
        }

    [<OneTimeSetUp>]
    member _.Start() : Task =
        task {
            match installed with
            | None -> Assert.Ignore "no browser is installed"
            | Some path ->
                let! started = Playwright.CreateAsync()
                playwright <- started

                let options =
                    BrowserTypeLaunchOptions(ExecutablePath = path, Args = [| "--no-sandbox"; "--disable-dev-shm-usage" |])

                let! opened = started.Chromium.LaunchAsync options
                browser <- opened
        }

    [<OneTimeTearDown>]
    member _.Stop() : Task =
        task {
            match browser with
            | null -> ()
            | browser -> do! browser.CloseAsync()

            match playwright with
            | null -> ()
            | playwright -> playwright.Dispose()

            folder.Delete true
        }

    [<TestCase(1280, ColorScheme.Light)>]
    [<TestCase(1280, ColorScheme.Dark)>]
    [<TestCase(390, ColorScheme.Light)>]
    [<TestCase(390, ColorScheme.Dark)>]
    member _.``every chart is drawn, nothing complains, nothing sticks out``(width: int, scheme: ColorScheme) : Task =
        let url = write $"full-{width}-{scheme}" (SampleReport.input ())

        visit url width scheme (fun page ->
            task {
                let! charts =
                    evaluate<int> page "() => document.querySelectorAll('svg.chart').length"

                Assert.That(charts, Is.GreaterThanOrEqualTo 20)

                let! undrawn =
                    evaluate<string[]>
                        page
                        "() => [...document.querySelectorAll('svg.chart')].filter(c => {
                            const seen = m => { const b = m.getBoundingClientRect(); return b.width > 0 && b.height > 0; };
                            const open = c.closest('details') === null;
                            return open && (!seen(c) || ![...c.querySelectorAll('.mark')].some(seen) || /NaN|Infinity/.test(c.outerHTML));
                        }).map(c => c.getAttribute('aria-label'))"

                Assert.That(undrawn, Is.Empty)

                let! outside =
                    evaluate<string[]>
                        page
                        "() => [...document.querySelectorAll('svg.chart')].flatMap(c => {
                            const box = c.getBoundingClientRect();
                            return [...c.querySelectorAll('.mark, text')].filter(m => { const b = m.getBoundingClientRect(); return b.left < box.left - 12 || b.right > box.right + 12 || b.top < box.top - 12 || b.bottom > box.bottom + 12; })
                                .map(m => c.getAttribute('aria-label') + ': ' + m.outerHTML.slice(0, 80));
                        })"

                Assert.That(outside, Is.Empty, "marks and texts stay inside their charts")

                let! overflow =
                    evaluate<int> page "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"

                Assert.That(overflow, Is.LessThanOrEqualTo 0, "the page does not scroll sideways")
            })

    [<Test>]
    member _.``pointing at a mark tells its value``() : Task =
        let url = write "hover" (SampleReport.input ())

        visit url 1280 ColorScheme.Light (fun page ->
            task {
                let dot = page.Locator("#results svg.chart .mark.dot").First
                do! dot.ScrollIntoViewIfNeededAsync()
                do! dot.HoverAsync(LocatorHoverOptions(Force = true))
                let! text = page.Locator("#tip").TextContentAsync()
                Assert.That(text, Does.Match "^BPR(, seed \\d+)?: 0\\.\\d{4}$")
            })

    [<Test>]
    member _.``a link to an artifact opens it``() : Task =
        let url = write "lineage" (SampleReport.input ())

        visit url 1280 ColorScheme.Light (fun page ->
            task {
                do! page.Locator("#lineage td a").First.ClickAsync()

                // The page hears of the new address after the click has returned.
                do! page.Locator("#lineage details[open]").First.WaitForAsync()

                let! opened =
                    evaluate<int> page "() => document.querySelectorAll('#lineage details[open]').length"

                Assert.That(opened, Is.EqualTo 1)
            })

    [<Test>]
    member _.``text stands out enough in both schemes``() : Task =
        let url = write "contrast" (SampleReport.input ())

        // Relative luminance and contrast as in WCAG 2.2; 4.5 for text, 3 for lines.
        let script =
            "() => {
                const paint = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
                const rgb = value => { paint.fillStyle = value; paint.fillRect(0, 0, 1, 1); return [...paint.getImageData(0, 0, 1, 1).data].slice(0, 3); };
                const light = value => rgb(value).map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
                const style = getComputedStyle(document.documentElement);
                const value = name => style.getPropertyValue(name).trim();
                const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
                const poor = [];
                for (const name of ['--ink', '--soft', '--s0', '--s1', '--s2']) if (ratio(value(name), value('--paper')) < 4.5) poor.push(name);
                for (const name of ['--s3', '--s4', '--s5', '--s6', '--s7']) if (ratio(value(name), value('--paper')) < 3) poor.push(name);
                return poor;
            }"

        task {
            for scheme in [ ColorScheme.Light; ColorScheme.Dark ] do
                do!
                    visit url 1280 scheme (fun page ->
                        task {
                            let! poor = evaluate<string[]> page script
                            Assert.That(poor, Is.Empty, string scheme)
                        })
        }

    [<TestCase(1280, ColorScheme.Light)>]
    [<TestCase(390, ColorScheme.Dark)>]
    member _.``a benchmark's charts are drawn and its tables scroll by themselves``(width: int, scheme: ColorScheme) : Task =
        let url = keep $"benchmark-{width}" (Benchmark.Html(SampleBenchmark.input ()))

        visit url width scheme (fun page ->
            task {
                let! drawn =
                    evaluate<int>
                        page
                        "() => [...document.querySelectorAll('svg.chart')].filter(c => c.getBoundingClientRect().height > 0 && !/NaN|Infinity/.test(c.outerHTML)).length"

                let! charts =
                    evaluate<int> page "() => document.querySelectorAll('svg.chart').length"

                Assert.That(charts, Is.GreaterThanOrEqualTo 10)
                Assert.That(drawn, Is.EqualTo charts)

                let! underlined =
                    evaluate<string[]>
                        page
                        "() => [...document.querySelectorAll('#results td.second span')].map(c => getComputedStyle(c).textDecorationLine)"

                Assert.That(underlined, Is.Not.Empty.And.All.EqualTo "underline")

                let! overflow =
                    evaluate<int> page "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"

                Assert.That(overflow, Is.LessThanOrEqualTo 0, "the page does not scroll sideways")
            })

    [<Test>]
    member _.``an empty report opens``() : Task =
        let url = write "empty" (ReportInput())

        visit url 390 ColorScheme.Light (fun page ->
            task {
                let! text = page.Locator("main").TextContentAsync()
                Assert.That(text, Is.EqualTo "There is nothing to show yet.")
            })
