using System.Text.Json.Nodes;

namespace CranePipeline.EndToEnd.Tests;

/// <summary>What an operator does with a store: look, verify, heal, tidy, move, schedule.</summary>
public sealed class OperationsTests
{
    private Workspace workspace = null!;

    [OneTimeSetUp]
    public void Run()
    {
        workspace = new Workspace();
        Assert.That(workspace.Run(workspace.Small("status")).ExitCode, Is.EqualTo(4), "nothing is there");
        Assert.That(Directory.Exists(workspace.Store), Is.False, "looking makes no store");
        string log = Path.Combine(workspace.Folder, "log");
        Outcome outcome = workspace.Run(workspace.Small("all", "-Log", log));
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        JsonNode[] events = [.. File.ReadAllLines(Directory.GetFiles(log).Single()).Select(line => JsonNode.Parse(line)!)];
        Assert.That(
            events.Select(each => (string?)each["event"]),
            Does.Contain("run.start").And.Contain("epoch").And.Contain("stage.end")
        );
        Assert.That((int?)events[^1]["exitCode"], Is.Zero);
    }

    [OneTimeTearDown]
    public void Clean() => workspace.Dispose();

    [Test]
    public void Status_tells_by_its_exit_code_and_names_what_changed()
    {
        Assert.That(workspace.Run(workspace.Small("status")).ExitCode, Is.Zero);
        Outcome stale = workspace.Run(workspace.Small("status", "-Set", "train.learningRate=0.5"));

        Assert.That(stale.ExitCode, Is.EqualTo(4));
        Assert.That(stale.Output, Does.Match(@"train \(seed 9\) +stale .*learningRate .* → 0\.5"));
        Assert.That(stale.Output, Does.Match(@"evaluate \(seed 9\) +stale .*input train [0-9a-f]{16} → [0-9a-f]{16}"));
    }

    [Test]
    public void A_dry_run_says_what_would_run_why_and_for_how_long()
    {
        Outcome outcome = workspace.Run(workspace.Small("all", "-DryRun", "-Json", "-Set", "train.learningRate=0.5"));

        JsonArray plan = outcome.Json()["plan"]!.AsArray();
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        Assert.That(
            plan.Where(step => (bool)step!["runs"]!).Select(step => (string?)step!["stage"]),
            Is.EqualTo(new[] { "train", "evaluate", "report" })
        );
        Assert.That((double?)plan.First(step => (string?)step!["stage"] == "train")!["seconds"], Is.GreaterThan(0));
    }

    [Test]
    public void A_dry_run_foretells_searches_and_sweeps_too_and_refuses_what_it_cannot()
    {
        Outcome search = workspace.Run(workspace.Small("search", "-DryRun", "-Set", "search.rounds=[1, 2]"));
        Outcome sweep = workspace.Run(workspace.Small("sweep", "-Sweep", "rounds", "-DryRun"));
        Outcome status = workspace.Run(workspace.Small("status", "-DryRun"));

        Assert.That(search.Output, Does.Match(@"search \(seed 9\) +run .*missing").And.Contain("1 to run"));
        Assert.That(sweep.Output, Does.Match(@"9 +run").And.Contain("sweep rounds: ").And.Contain(" to do"));
        Assert.That((status.ExitCode, status.Error.Trim().Split('\n').Length), Is.EqualTo((1, 1)), status.Error);
        Assert.That(status.Error, Does.Contain("-DryRun foretells").And.Contain("not status"));
        Assert.That(Directory.Exists(Path.Combine(workspace.Store, "sample", "search")), Is.False);
    }

    /// <summary>
    /// A bit flipped in a file of unchanged size, a cut file, an edited manifest: told with what heals it, which does.
    /// </summary>
    [TestCase("ingest", "interactions.parquet", "split")]
    [TestCase("ingest", "statistics.json", "report")]
    [TestCase("train", "manifest.json", "evaluate")]
    public void Damage_is_one_line_with_what_heals_it(string stage, string file, string reader)
    {
        string path = Path.Combine(workspace.ArtifactOf(stage), file);
        byte[] content = File.ReadAllBytes(path);
        content[content.Length / 2] ^= 1;
        File.WriteAllBytes(path, content);

        Outcome status = workspace.Run(workspace.Small("status"));
        Outcome foretold = workspace.Run(workspace.Small("split", "-DryRun", "-Verify"));
        Outcome used = workspace.Run(workspace.Small(reader, "-Json", "-Force"));
        Outcome verified = workspace.Run(workspace.Small("verify"));

        Assert.That(verified.Output, Does.Contain(path).And.Contain($"; remove the folder {Path.GetDirectoryName(path)}, and"));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        Outcome healed = workspace.Run(workspace.Small(stage));
        Outcome whole = workspace.Run(workspace.Small("all", "-Verify"));

        Assert.That((status.ExitCode, used.ExitCode, verified.ExitCode), Is.EqualTo((1, 1, 1)), used.Error);
        Assert.That(status.Output, Does.Contain("damaged"));
        Assert.That(foretold.ExitCode, Is.EqualTo(1), "the store is checked first");
        Assert.That((string?)used.Json()["error"], Does.StartWith("damaged artifact: ").And.Contain(path));
        Assert.That(
            used.Error.Split('\n').Count(line => line.Contains("error: ", StringComparison.Ordinal)),
            Is.EqualTo(1),
            used.Error
        );
        Assert.That((healed.ExitCode, whole.ExitCode), Is.EqualTo((0, 0)), healed.Error + whole.Error);
    }

    /// <summary>By hand: <c>docs/development.md</c> has the command. Writes the table of <c>docs/operations.md</c>.</summary>
    [Test, Explicit("takes minutes")]
    public void Every_file_damaged_in_every_way()
    {
        (string Name, Func<byte[], byte[]?> Do)[] ways =
        [
            (
                "a bit flipped",
                content =>
                    content.Length == 0
                        ? content
                        :
                        [
                            .. content[..(content.Length / 2)],
                            (byte)(content[content.Length / 2] ^ 1),
                            .. content[(content.Length / 2 + 1)..],
                        ]
            ),
            ("cut in half", content => content[..(content.Length / 2)]),
            ("emptied", _ => []),
            ("replaced by text", _ => "not what it was"u8.ToArray()),
            ("removed", _ => null),
        ];
        var said = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        int cases = 0;
        string root = Path.Combine(workspace.Store, "sample");
        string[] files = [.. Directory.GetFiles(root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        foreach (string path in files)
        {
            byte[] content = File.ReadAllBytes(path);
            string relative = Path.GetRelativePath(root, path);
            foreach ((string way, Func<byte[], byte[]?> damage) in ways)
            {
                byte[]? damaged = damage(content);
                // An empty file cannot be cut.
                if (damaged is not null && damaged.AsSpan().SequenceEqual(content))
                {
                    continue;
                }

                File.Delete(path);
                if (damaged is not null)
                {
                    File.WriteAllBytes(path, damaged);
                }

                Outcome outcome = workspace.Run(workspace.Small("all", "-Json"));
                bool isRebuilt = way == "removed" && path.EndsWith("manifest.json", StringComparison.Ordinal);
                // What was made again has a manifest of its own.
                if (!isRebuilt)
                {
                    File.WriteAllBytes(path, content);
                }

                cases++;
                Assert.That(outcome.ExitCode, Is.EqualTo(isRebuilt ? 0 : 1), $"{relative} {way}: {outcome.Error}");
                string kind = $"{relative.Split(Path.DirectorySeparatorChar)[0]}: {Path.GetFileName(path)}";
                if (!said.TryGetValue(way, out SortedSet<string>? lines))
                {
                    said[way] = lines = [];
                }

                string error = (string?)outcome.Json()["error"] ?? "(made again without a word)";
                if (!isRebuilt)
                {
                    Assert.That(error, Does.Contain(path).And.Contain("makes it again"), $"{relative} {way}");
                }

                lines.Add(
                    error.Replace(path, "FILE", StringComparison.Ordinal).Split(';')[0]
                        + (error.Contains("bytes where", StringComparison.Ordinal) ? "" : $" [{kind}]")
                );
            }
        }

        TestContext.Out.WriteLine($"{files.Length} files, {cases} cases");
        foreach ((string way, SortedSet<string> lines) in said)
        {
            TestContext.Out.WriteLine($"{way}: {string.Join(" | ", lines)}");
        }
    }

    [Test]
    public void One_machine_trains_and_another_reports()
    {
        using var other = new Workspace();
        string remote = Path.Combine(workspace.Folder, "remote");
        Outcome pushed = workspace.Run(workspace.Small("push", "-Remote", remote, "-Json"));
        Assert.That(pushed.ExitCode, Is.Zero, pushed.Error);
        Outcome pulled = other.Run(other.Small("pull", "-Remote", remote, "-Json"));
        Assert.That(pulled.ExitCode, Is.Zero, pulled.Error);
        Assert.That(pulled.Json()["moved"]!.AsArray(), Has.Count.EqualTo(pushed.Json()["moved"]!.AsArray().Count));

        Outcome report = other.Run(other.Small("report", "-Json"));
        Assert.That(report.ExitCode, Is.Zero, report.Error);
        Assert.That(report.States()["report"], Is.EqualTo("fresh"));
    }

    [Test]
    public void A_store_to_pull_from_that_is_not_there_or_has_nothing_is_told()
    {
        string place = Path.Combine(workspace.Folder, "nosuchplace");
        Outcome absent = workspace.Run(workspace.Small("pull", "-Remote", place));
        Outcome empty = workspace.Run(workspace.Small("pull", "-Remote", Directory.CreateDirectory(place + "2").FullName));

        Assert.That(absent.ExitCode, Is.EqualTo(1));
        Assert.That(absent.Error, Does.Contain($"error: -Remote {place} is no folder that is there"));
        Assert.That(empty.ExitCode, Is.Zero);
        Assert.That(empty.Error, Does.Contain("has nothing of data set sample"));
    }

    [Test]
    public void Lineage_doctor_and_gc_answer()
    {
        string key = Path.GetFileName(workspace.ArtifactOf("evaluate"));
        Outcome lineage = workspace.Run("-Stage", "lineage", "-Artifact", key);
        Assert.That(
            lineage.Output,
            Does.Contain($"evaluate {key}").And.Contain("└─ train").And.Contain("sample/reviews_Sample.json.gz sha256:")
        );
        Outcome doctor = workspace.Run(workspace.Small("doctor"));
        Assert.That(doctor.ExitCode, Is.Zero, doctor.Output);
        Assert.That(doctor.Output, Does.Contain("file locks").And.Contain("memory"));
        Outcome gc = workspace.Run("-Stage", "gc", "-Keep", "1", "-WhatIf");
        Assert.That(gc.Output, Does.Contain("0 artifacts"));
    }

    [TestCase("name=../../../x")]
    [TestCase("name=/tmp/x")]
    [TestCase("name=.staging")]
    [TestCase("modalities={../../m: {source: text}}")]
    public void No_name_leads_out_of_the_store(string setting)
    {
        Outcome outcome = workspace.Run(workspace.Small("ingest", "-Set", setting));

        Assert.That(outcome.ExitCode, Is.EqualTo(1), outcome.Output);
        Assert.That(outcome.Error, Does.Contain("error: ").And.Not.Contain("   at "));
    }

    /// <summary>A full or closed standard output or error stops no work.</summary>
    [TestCase("> /dev/full", 1)]
    [TestCase("2> /dev/full", 0)]
    [TestCase("> /dev/full 2> /dev/full", 1)]
    [TestCase(">&- 2>&-", 0)]
    [Platform("Linux")]
    public void Streams_that_take_nothing_stop_no_work(string redirection, int code)
    {
        string before = File.ReadAllText(Path.Combine(workspace.ArtifactOf("split"), "manifest.json"));
        Outcome outcome = workspace.RunInShell("", redirection, workspace.Small("split", "-Force", "-Json"));

        Assert.That(outcome.ExitCode, Is.EqualTo(code), outcome.Error);
        Assert.That(File.ReadAllText(Path.Combine(workspace.ArtifactOf("split"), "manifest.json")), Is.Not.EqualTo(before));
        Assert.That(workspace.Run(workspace.Small("verify")).ExitCode, Is.Zero);
    }

    [Test]
    [Platform("Linux")]
    public void Few_open_files_are_one_line()
    {
        for (int files = 20; files < 120; files += 20)
        {
            Outcome outcome = workspace.RunInShell($"ulimit -n {files};", "", workspace.Small("split", "-Force"));
            // Below some thirty the runtime itself does not start, and says so in its own words.
            Assert.That(outcome.Error, Does.Not.Contain("   at CranePipeline"), $"{files} files");
        }
    }

    [Test]
    public void A_wrong_call_is_an_object_too()
    {
        Outcome outcome = workspace.Run("-Stage", "trian", "-Json");

        Assert.That(outcome.ExitCode, Is.EqualTo(2));
        Assert.That((string?)outcome.Json()["error"], Does.Contain("did you mean"));
    }
}
