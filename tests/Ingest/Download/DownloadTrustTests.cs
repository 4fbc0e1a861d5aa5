using CranePipeline.Ingest.Download;
using CranePipeline.Tables;
using NUnit.Framework;

namespace CranePipeline.Ingest.Tests.Download;

/// <summary>What is not taken from whom: paths, addresses, redirects and words of a server.</summary>
[TestFixture]
public sealed class DownloadTrustTests : DownloadFixture
{
    [TestCase("../a.bin", "http://localhost/a")]
    [TestCase("/etc/a.bin", "http://localhost/a")]
    [TestCase("", "http://localhost/a")]
    [TestCase("a.bin", "ftp://localhost/a")]
    [TestCase("a.bin", "reviews.json.gz")]
    public void PathsOutsideTheFolderAndOtherAddressesAreRefused(string path, string url) =>
        Assert.That(() => Fetch(File(path, url)), Throws.InstanceOf<InputException>());

    [Test]
    public void AFileWithoutAddressesMustBePutThere() =>
        Assert.That(
            () => Fetch(File("a.bin")),
            Throws.InstanceOf<InputException>().With.Message.Contains("put the file there yourself")
        );

    [Test]
    public void PlainHttpNeedsLeave()
    {
        using var server = new ScriptedServer((_, _) => ScriptedServer.Response("200 OK", Content));
        Assert.That(
            () => Fetch(File("a.bin", server.Url("a")), new DownloadOptions()),
            Throws.InstanceOf<InputException>().With.Message.Contains("plain http, which needs -AllowInsecure")
        );
        Assert.That(server.Requests, Is.Empty);
    }

    [TestCase(301)]
    [TestCase(302)]
    [TestCase(307)]
    [TestCase(308)]
    public void ARedirectWithinTheHostIsFollowed(int code)
    {
        using var server = new ScriptedServer(
            (request, _) =>
                request.Path == "a"
                    ? ScriptedServer.Response($"{code} Elsewhere", [], null, "Location: /b")
                    : ScriptedServer.Response("200 OK", Content)
        );
        DownloadedFile file = Fetch(File("a.bin", server.Url("a"))).Single();
        Assert.That((file.Sha256, file.Url), Is.EqualTo((Hash, server.Url("a"))));
    }

    [Test]
    public void ARedirectToAnotherHostNeedsLeave()
    {
        string there = "";
        using var server = new ScriptedServer(
            (request, _) =>
                request.Path == "a"
                    ? ScriptedServer.Response("302 Found", [], null, $"Location: {there}")
                    : ScriptedServer.Response("200 OK", Content)
        );
        there = server.Url("b").Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        using var https = new HttpMessageInvoker(new Redirecting(there));
        Assert.That(
            () =>
                Downloader.Run(
                    [File("a.bin", "https://one.test/a")],
                    Folder.Path,
                    new DownloadOptions(),
                    https,
                    Time,
                    null,
                    CancellationToken.None
                ),
            Throws.InstanceOf<InputException>().With.Message.Contains("redirects to localhost")
        );
        Assert.That(Fetch(File("a.bin", server.Url("a"))).Single().Sha256, Is.EqualTo(Hash));
    }

    [Test]
    public void RedirectsInCirclesEnd()
    {
        using var server = new ScriptedServer((_, _) => ScriptedServer.Response("302 Found", [], null, "Location: /a"));
        Assert.That(
            () => Fetch(File("a.bin", server.Url("a"))),
            Throws.InstanceOf<InputException>().With.Message.Contains("in circles")
        );
    }

    [Test]
    public void ASizeThatMakesNoSenseIsRefused()
    {
        byte[] huge = System.Text.Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 9000000000000000000\r\n\r\n");
        using var server = new ScriptedServer((_, _) => huge);
        Assert.That(
            () => Fetch(File("a.bin", server.Url("a"))),
            Throws.InstanceOf<InputException>().With.Message.Contains("makes no sense")
        );
    }

    [Test]
    public void AServersWordsCannotSteerATerminal()
    {
        using var server = new ScriptedServer((_, _) => ScriptedServer.Response("404 No\u001b[2Jt", []));
        Assert.That(
            () => Fetch(File("a.bin", server.Url("a"))),
            Throws.InstanceOf<InputException>().With.Message.Not.Contains("\u001b")
        );
    }

    /// <summary>Stands for a server behind https, which a test has no certificate for.</summary>
    private sealed class Redirecting(string location) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(
                new HttpResponseMessage(System.Net.HttpStatusCode.Found) { Headers = { Location = new Uri(location) } }
            );
    }
}
