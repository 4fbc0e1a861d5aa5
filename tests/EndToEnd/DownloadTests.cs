using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using CranePipeline.Ingest.Tests.Download;

namespace CranePipeline.EndToEnd.Tests;

/// <summary>
/// Raw files from a server on this machine: what needs leave, what is written down of them, and what is refused ever after.
/// </summary>
public sealed class DownloadTests : IDisposable
{
    private static readonly byte[] Ratings = Encoding.UTF8.GetBytes(
        string.Concat(Enumerable.Range(0, 200).Select(row => $"u{row % 20},i{row * 7 % 30},{row % 5 + 1}\n"))
    );

    private readonly Workspace workspace = new();
    private byte[] body = Ratings;

    public DownloadTests() => workspace.CopyConf();

    public void Dispose() => workspace.Dispose();

    [SetUp]
    public void RemoveWhatCame()
    {
        body = Ratings;
        if (File.Exists(RawFile))
        {
            File.Delete(RawFile);
        }
    }

    private string DatasetFile => Path.Combine(workspace.Conf, "datasets", "web.yaml");

    private string RawFile => Path.Combine(workspace.Data, "web", "r.csv");

    [Test]
    public void What_a_first_download_was_is_written_down_and_checked_ever_after()
    {
        using var server = new ScriptedServer((request, _) => ScriptedServer.Ranged(request, body, "\"1\""));
        Describe(server.Url("r.csv"));

        Outcome plain = Download();
        Assert.That(plain.ExitCode, Is.EqualTo(1), plain.Output);
        Assert.That(Error(plain), Does.Contain("is plain http, which needs -AllowInsecure"));
        Assert.That(server.Requests, Is.Empty, "nothing was asked for");
        Assert.That(File.Exists(RawFile), Is.False);

        Outcome pinned = Download("-AllowInsecure", "-Pin");
        Assert.That(pinned.ExitCode, Is.Zero, pinned.Error);
        Assert.That(File.ReadAllBytes(RawFile), Is.EqualTo(Ratings));
        string hash = Convert.ToHexStringLower(SHA256.HashData(Ratings));
        Assert.That(
            File.ReadAllText(DatasetFile),
            Does.Contain($"sha256: {hash}").And.Contain($"bytes: {Ratings.Length}").And.Contain("# where it is from")
        );

        // Another file at the same address, of the same size.
        body = [.. Ratings[..^2], (byte)'9', (byte)'\n'];
        Outcome kept = Download("-AllowInsecure");
        Assert.That(kept.ExitCode, Is.Zero, kept.Error);
        File.Delete(RawFile);
        Outcome other = Download("-AllowInsecure");
        Assert.That(other.ExitCode, Is.EqualTo(1), other.Output);
        Assert.That(Error(other), Does.Contain("has the SHA-256").And.Contain($"where {hash} is expected"));
        Assert.That(File.Exists(RawFile), Is.False);

        Directory.CreateDirectory(Path.GetDirectoryName(RawFile)!);
        File.WriteAllBytes(RawFile, body);
        Outcome there = Download("-AllowInsecure");
        Assert.That(there.ExitCode, Is.EqualTo(1), there.Output);
        Assert.That(Error(there), Does.Contain(RawFile).And.Contain("remove it to fetch it again"));
    }

    [Test]
    public void Other_hosts_and_sizes_without_sense_are_refused_in_one_line()
    {
        using var server = new ScriptedServer(
            (request, _) =>
                request.Path switch
                {
                    "circle" => ScriptedServer.Response("302 Found", [], null, "Location: circle"),
                    "file" => ScriptedServer.Response("302 Found", [], null, "Location: file:///etc/passwd"),
                    "gone" => ScriptedServer.Response("404 Not\u001b[31m Found", []),
                    "huge" => Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 9000000000000000000\r\n\r\nx"),
                    "other" => ScriptedServer.Response("200 OK", Ratings.AsSpan(0, 50)),
                    _ => ScriptedServer.Response("302 Found", [], null, "Location: other"),
                }
        );
        foreach (
            (string path, string reason) in new[]
            {
                ("circle", "redirects in circles"),
                ("file", "what is no web address"),
                ("gone", "answers 404"),
                ("huge", "declares a size of 9000000000000000000 bytes, which makes no sense"),
                ("short", $"offers 50 bytes where {Ratings.Length} are expected"),
            }
        )
        {
            Describe(server.Url(path), $"bytes: {Ratings.Length}");
            Outcome outcome = Download("-AllowInsecure");
            Assert.That(outcome.ExitCode, Is.EqualTo(1), outcome.Output);
            Assert.That(Error(outcome), Does.Contain(reason).And.Not.Contain("\u001b"), path);
            Assert.That(File.Exists(RawFile), Is.False, path);
        }
    }

    /// <summary>Over https, which needs no leave: the server's certificate is one that the program is told to trust.</summary>
    [Test]
    public void Without_leave_nothing_comes_from_hosts_that_are_not_named_or_by_plain_http()
    {
        string elsewhere = "";
        using X509Certificate2 certificate = Certificate();
        using var server = new ScriptedServer(
            (request, _) =>
                request.Path switch
                {
                    "elsewhere" => ScriptedServer.Response("302 Found", [], null, $"Location: {elsewhere}"),
                    "plain" => ScriptedServer.Response("302 Found", [], null, "Location: http://127.0.0.1:9/r.csv"),
                    "huge" => Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 9000000000000000000\r\n\r\nx"),
                    _ => ScriptedServer.Response("200 OK", Ratings),
                },
            certificate
        );
        elsewhere = server.Url("there").Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        Describe(server.Url("r.csv"));
        Assert.That(Error(Download()), Does.Contain("cannot be reached"), "a certificate that nobody trusts");

        string trusted = Path.Combine(workspace.Folder, "trusted.pem");
        File.WriteAllText(trusted, certificate.ExportCertificatePem());
        workspace.Variables["SSL_CERT_FILE"] = trusted;
        foreach (
            (string path, string reason) in new[]
            {
                ("elsewhere", "redirects to localhost; name that host's address in the data set file, or allow it"),
                ("plain", "is plain http, which needs -AllowInsecure"),
                ("huge", "declares a size of 9000000000000000000 bytes, which makes no sense"),
            }
        )
        {
            Describe(server.Url(path));
            Outcome outcome = Download();
            Assert.That(outcome.ExitCode, Is.EqualTo(1), outcome.Output);
            Assert.That(Error(outcome), Does.Contain(reason), path);
            Assert.That(File.Exists(RawFile), Is.False, path);
        }

        Assert.That(server.Requests.Select(request => request.Path), Does.Not.Contain("there"), "nothing was asked for there");
        Describe($"{server.Url("elsewhere")}, {elsewhere}");
        Outcome named = Download();
        Assert.That(named.ExitCode, Is.Zero, named.Error);
        Assert.That(File.ReadAllBytes(RawFile), Is.EqualTo(Ratings));
        Assert.That(server.Requests.Select(request => request.Path).TakeLast(2), Is.EqualTo(new[] { "elsewhere", "there" }));
    }

    private static X509Certificate2 Certificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private void Describe(string url, string more = "title: Web") =>
        File.WriteAllText(
            DatasetFile,
            $$"""
            name: web
            files:
              - path: web/r.csv   # where it is from
                urls: [{{url}}]
                {{(more.StartsWith("bytes", StringComparison.Ordinal) ? more : "")}}
            ingest: { interactions: [ { path: web/r.csv } ], minUserInteractions: 0, minItemInteractions: 0 }
            download: { retries: 0 }
            """
        );

    private Outcome Download(params string[] more) =>
        workspace.Run(["-Stage", "download", "-Dataset", "web", "-Data", workspace.Data, .. more]);

    private static string Error(Outcome outcome)
    {
        string[] errors = [.. outcome.Error.Split('\n').Where(line => line.Contains("error: ", StringComparison.Ordinal))];
        Assert.That(errors, Has.Length.EqualTo(1), outcome.Error);
        Assert.That(outcome.Error, Does.Not.Contain("   at "));
        return errors[0];
    }
}
