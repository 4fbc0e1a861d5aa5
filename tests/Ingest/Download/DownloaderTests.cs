using CranePipeline.Ingest.Download;
using CranePipeline.Tables;
using NUnit.Framework;

namespace CranePipeline.Ingest.Tests.Download;

/// <summary>How a file comes over: whole, in pieces, from another mirror, or not.</summary>
[TestFixture]
public sealed class DownloaderTests : DownloadFixture
{
    [Test]
    public void AFileArrivesWholeWithItsHashAndNothingElse()
    {
        using var server = new ScriptedServer((_, _) => ScriptedServer.Response("200 OK", Content));
        DownloadedFile file = Fetch(File("raw/a.bin", server.Url("a"))).Single();
        Assert.That((file.Bytes, file.Sha256, file.Url), Is.EqualTo((Content.Length, Hash, server.Url("a"))));
        Assert.That(System.IO.File.ReadAllBytes(file.FullPath), Is.EqualTo(Content));
        Assert.That(Directory.GetFiles(Folder.File("raw")), Is.EqualTo(new[] { file.FullPath }));
        Assert.That(Time.Waits, Is.Empty);
    }

    [Test]
    public void ACutConnectionGoesOnWhereItStopped()
    {
        using var server = new ScriptedServer((request, _) => ScriptedServer.Ranged(request, Content, "\"v1\"", cut: 40_000));
        DownloadedFile file = Fetch(File("a.bin", server.Url("a"))).Single();
        Assert.That(System.IO.File.ReadAllBytes(file.FullPath), Is.EqualTo(Content));
        Assert.That(server.Requests.Select(request => request.From), Is.EqualTo(new int?[] { null, 40_000, 80_000, 120_000 }));
        Assert.That(server.Requests.Skip(1).Select(request => request.Headers["if-range"]), Has.All.EqualTo("\"v1\""));
        Assert.That(Time.Waits, Is.EqualTo(Enumerable.Repeat(TimeSpan.FromSeconds(1), 3)), "new bytes start the back-off anew");
    }

    [Test]
    public void AnAnswerThatLeavesTheValidatorOutKeepsTheOneBefore()
    {
        using var server = new ScriptedServer(
            (request, _) => ScriptedServer.Ranged(request, Content, "\"v1\"", cut: 40_000, terse: true)
        );
        Fetch(File("a.bin", server.Url("a")));
        Assert.That(System.IO.File.ReadAllBytes(Folder.File("a.bin")), Is.EqualTo(Content));
        Assert.That(server.Requests.Select(request => request.From), Is.EqualTo(new int?[] { null, 40_000, 80_000, 120_000 }));
        Assert.That(server.Requests.Skip(1).Select(request => request.Headers["if-range"]), Has.All.EqualTo("\"v1\""));
    }

    [Test]
    public void ALaterRunGoesOnWhereAnEarlierOneGaveUp()
    {
        using (
            var server = new ScriptedServer(
                (request, before) => before == 0 ? ScriptedServer.Ranged(request, Content, "\"v1\"", 50_000) : NotFound()
            )
        )
        {
            Assert.That(() => Fetch(File("a.bin", server.Url("a"))), Throws.InstanceOf<InputException>());
            Assert.That(System.IO.File.Exists(Folder.File("a.bin")), Is.False);
            Assert.That(new FileInfo(Folder.File("a.bin.part")).Length, Is.EqualTo(50_000));
            string state = System.IO.File.ReadAllText(Folder.File("a.bin.part.json"));

            using var again = new ScriptedServer((request, _) => ScriptedServer.Ranged(request, Content, "\"v1\""));
            System.IO.File.WriteAllText(
                Folder.File("a.bin.part.json"),
                state.Replace(server.Url("a"), again.Url("a"), StringComparison.Ordinal)
            );
            Fetch(File("a.bin", again.Url("a")));
            Assert.That(again.Requests.Single().From, Is.EqualTo(50_000));
        }

        Assert.That(System.IO.File.ReadAllBytes(Folder.File("a.bin")), Is.EqualTo(Content));
        Assert.That(Directory.GetFiles(Folder.Path), Has.Length.EqualTo(1));
    }

    [Test]
    public void AFileThatChangedInBetweenIsFetchedAnew()
    {
        byte[] changed = [.. Content.Reverse()];
        using var server = new ScriptedServer(
            (request, before) =>
                before == 0
                    ? ScriptedServer.Ranged(request, Content, "\"v1\"", 30_000)
                    : ScriptedServer.Ranged(request, changed, "\"v2\"")
        );
        DownloadedFile file = Fetch(File("a.bin", server.Url("a"))).Single();
        Assert.That(System.IO.File.ReadAllBytes(file.FullPath), Is.EqualTo(changed));
    }

    [Test]
    public void AServerThatIgnoresRangesStartsOver()
    {
        using var server = new ScriptedServer(
            (_, before) => ScriptedServer.Response("200 OK", Content, before < 2 ? 10_000 : null, "ETag: \"v1\"")
        );
        Fetch(File("a.bin", server.Url("a")));
        Assert.That(System.IO.File.ReadAllBytes(Folder.File("a.bin")), Is.EqualTo(Content));
        Assert.That(
            Time.Waits,
            Is.EqualTo(new[] { TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2) }),
            "no new bytes, so the wait doubles"
        );
    }

    [Test]
    public void WithoutAValidatorAndWithoutAHashNothingIsPiecedTogether()
    {
        using var server = new ScriptedServer(
            (_, before) => ScriptedServer.Response("200 OK", Content, before == 0 ? 10_000 : null)
        );
        Fetch(File("a.bin", server.Url("a")));
        Assert.That(server.Requests.Select(request => request.From), Is.EqualTo(new int?[] { null, null }));
    }

    [Test]
    public void WithAHashAnotherMirrorGoesOn()
    {
        using var server = new ScriptedServer(
            (request, before) =>
                request.Path == "one"
                    ? (before == 0 ? ScriptedServer.Ranged(request, Content, "\"a\"", 70_000) : NotFound())
                    : ScriptedServer.Ranged(request, Content, "\"b\"")
        );
        Fetch(File("a.bin", server.Url("one"), server.Url("two")) with { Sha256 = Hash.ToUpperInvariant() });
        Assert.That(server.Requests.Last().From, Is.EqualTo(70_000));
        Assert.That(System.IO.File.ReadAllBytes(Folder.File("a.bin")), Is.EqualTo(Content));
    }

    [Test]
    public void AMissingFileIsSoughtAtTheNextMirrorAtOnce()
    {
        using var server = new ScriptedServer(
            (request, _) => request.Path == "one" ? NotFound() : ScriptedServer.Response("200 OK", Content)
        );
        Assert.That(Fetch(File("a.bin", server.Url("one"), server.Url("two"))).Single().Url, Is.EqualTo(server.Url("two")));
        Assert.That(Time.Waits, Is.Empty);
    }

    [Test]
    public void WrongBytesAreDroppedAndSoughtAtTheNextMirror()
    {
        byte[] wrong = [.. Content.Reverse()];
        using var server = new ScriptedServer(
            (request, _) => ScriptedServer.Response("200 OK", request.Path == "one" ? wrong : Content, null, "ETag: \"v\"")
        );
        Fetch(File("a.bin", server.Url("one"), server.Url("two")) with { Sha256 = Hash });
        Assert.That(System.IO.File.ReadAllBytes(Folder.File("a.bin")), Is.EqualTo(Content));

        InputException error = Assert.Throws<InputException>(() =>
            Fetch(File("b.bin", server.Url("one")) with { Sha256 = Hash })
        )!;
        Assert.That(error.Message, Does.Contain(server.Url("one")).And.Contain(Hash).And.Contain("SHA-256"));
        Assert.That(Directory.GetFiles(Folder.Path), Has.Length.EqualTo(1), "nothing of it is left");
    }

    [Test]
    public void AWrongSizeIsRefusedBeforeTheTransfer()
    {
        using var server = new ScriptedServer((_, _) => ScriptedServer.Response("200 OK", Content));
        Assert.That(
            () => Fetch(File("a.bin", server.Url("a")) with { Bytes = 7 }),
            Throws.InstanceOf<InputException>().With.Message.Contains($"offers {Content.Length} bytes where 7 are expected")
        );
    }

    [Test]
    public void AWebPageInPlaceOfAnArchiveIsRefused()
    {
        using var server = new ScriptedServer((_, _) => ScriptedServer.Response("200 OK", "<html>moved</html>"u8));
        Assert.That(
            () => Fetch(File("a.json.gz", server.Url("a"))),
            Throws.InstanceOf<InputException>().With.Message.Contains("web page")
        );
        Assert.That(Directory.GetFiles(Folder.Path), Is.Empty);
    }

    [Test]
    public void RedirectsAreFollowed()
    {
        using var server = new ScriptedServer(
            (request, _) =>
                request.Path == "old"
                    ? ScriptedServer.Response("302 Found", [], null, "Location: /new")
                    : ScriptedServer.Response("200 OK", Content)
        );
        Assert.That(Fetch(File("a.bin", server.Url("old"))).Single().Sha256, Is.EqualTo(Hash));
        Assert.That(server.Requests.Select(request => request.Path), Is.EqualTo(new[] { "old", "new" }));
    }

    [Test]
    public void ABusyServerIsAskedAgainWhenItSays()
    {
        using var server = new ScriptedServer(
            (_, before) =>
                before switch
                {
                    0 => ScriptedServer.Response("429 Too Many Requests", [], null, "Retry-After: 17"),
                    1 => ScriptedServer.Response(
                        "503 Service Unavailable",
                        [],
                        null,
                        "Date: Sat, 01 Jan 2022 00:00:00 GMT",
                        "Retry-After: Sat, 01 Jan 2022 00:00:40 GMT"
                    ),
                    2 => ScriptedServer.Response("503 Service Unavailable", [], null, "Retry-After: 999999"),
                    3 => ScriptedServer.Response("500 Internal Server Error", []),
                    _ => ScriptedServer.Response("200 OK", Content),
                }
        );
        Fetch(File("a.bin", server.Url("a")));
        Assert.That(Time.Waits.Select(wait => wait.TotalSeconds), Is.EqualTo(new[] { 17.0, 40, 120, 8 }));
    }

    [Test]
    public void ADeadAddressIsGivenUpAfterItsRetries()
    {
        using var server = new ScriptedServer((_, _) => []);
        InputException error = Assert.Throws<InputException>(() => Fetch(File("a.bin", server.Url("a"))))!;
        Assert.That(error.Message, Does.Contain(server.Url("a")).And.Contain("put the file at").And.Not.Contain("\n"));
        Assert.That(Time.Waits.Select(wait => wait.TotalSeconds), Is.EqualTo(new[] { 1.0, 2, 4, 8, 16 }));
    }

    [Test]
    public void ASilentServerIsLeft()
    {
        using var server = new ScriptedServer(
            (request, _) => request.Path == "one" ? null : ScriptedServer.Response("200 OK", Content)
        );
        var options = Trusting with { Retries = 1, StallSeconds = 0.3 };
        Assert.That(
            Fetch(File("a.bin", server.Url("one"), server.Url("two")), options).Single().Url,
            Is.EqualTo(server.Url("two"))
        );
        Assert.That(server.Requests.Count(request => request.Path == "one"), Is.EqualTo(2));
    }

    [Test]
    public void AFileThatIsThereIsKeptIfItIsTheRightOne()
    {
        System.IO.File.WriteAllBytes(Folder.File("a.bin"), Content);
        DownloadFile file = File("a.bin", "http://127.0.0.1:1/never");
        Assert.That(
            Fetch(file).Single(),
            Is.EqualTo(new DownloadedFile("a.bin", Folder.File("a.bin"), Content.Length, null, null))
        );
        Assert.That(Fetch(file with { Sha256 = Hash }).Single().Sha256, Is.EqualTo(Hash));
        Assert.That(
            () => Fetch(file with { Sha256 = new string('0', 64) }),
            Throws.InstanceOf<InputException>().With.Message.Contains(Folder.File("a.bin"))
        );
        Assert.That(
            () => Fetch(file with { Bytes = 3 }),
            Throws.InstanceOf<InputException>().With.Message.Contains("where 3 are expected")
        );
        Assert.That(System.IO.File.ReadAllBytes(Folder.File("a.bin")), Is.EqualTo(Content), "a user's file is never touched");
    }

    [Test]
    public void CancellingKeepsWhatHasCome()
    {
        using var server = new ScriptedServer((request, _) => ScriptedServer.Ranged(request, Content, "\"v1\"", cut: 60_000));
        using var source = new CancellationTokenSource();
        var progress = new Watching(work =>
        {
            if (work.Done >= 60_000)
            {
                source.Cancel();
            }
        });
        Assert.That(
            () => Downloader.Run([File("a.bin", server.Url("a"))], Folder.Path, Trusting, Client(), Time, progress, source.Token),
            Throws.InstanceOf<OperationCanceledException>()
        );
        Assert.That(new FileInfo(Folder.File("a.bin.part")).Length, Is.EqualTo(60_000));
    }

    private sealed class Watching(Action<WorkProgress> action) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => action(value);
    }
}
