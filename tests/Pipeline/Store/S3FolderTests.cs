using System.Collections.Concurrent;
using System.Text;
using CranePipeline.Pipeline.Tests.Operations;
using CranePipeline.Store.Remote;
using CranePipeline.Tables;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Store;

/// <summary>Against a server of this process that speaks as much of the protocol as the tool asks for.</summary>
[NonParallelizable]
public sealed class S3FolderTests
{
    private const int PageSize = 2;

    private readonly ConcurrentDictionary<string, byte[]> objects = new();
    private Receiver server = null!;
    private string folder = null!;

    [SetUp]
    public void Open()
    {
        objects.Clear();
        folder = Directory.CreateTempSubdirectory("crane-s3-").FullName;
        server = new Receiver(Answer);
        Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL_S3", server.Url);
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "key");
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "secret");
        Environment.SetEnvironmentVariable("AWS_REGION", "us-east-1");
    }

    [TearDown]
    public void Close()
    {
        foreach (string name in (string[])["AWS_ENDPOINT_URL_S3", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"])
        {
            Environment.SetEnvironmentVariable(name, null);
        }

        server.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public void Files_are_put_listed_over_several_pages_and_got_again()
    {
        using IRemoteFolder remote = RemoteFolder.Open("s3://bucket/some/prefix");
        byte[] content = [.. Enumerable.Range(0, 100_000).Select(each => (byte)each)];
        string[] names = ["d/ingest/0/a", "d/ingest/0/b c", "d/ingest/0/manifest.json", "d/split/1/a", "e/x"];
        foreach (string name in names)
        {
            File.WriteAllBytes(Path.Combine(folder, "file"), [.. content, .. Encoding.UTF8.GetBytes(name)]);
            remote.Put(name, Path.Combine(folder, "file"), default);
        }

        Assert.That(objects.Keys, Is.EquivalentTo(names.Select(name => $"/bucket/some/prefix/{name}")));
        Assert.That(remote.List("d/", default), Is.EqualTo(names[..4]));
        foreach (string name in names)
        {
            Assert.That(remote.TryGet(name, Path.Combine(folder, "back"), default), Is.True);
            Assert.That(
                File.ReadAllBytes(Path.Combine(folder, "back")),
                Is.EqualTo((byte[])[.. content, .. Encoding.UTF8.GetBytes(name)])
            );
        }

        Assert.That(remote.TryGet("d/none", Path.Combine(folder, "none"), default), Is.False);
    }

    [Test]
    public void What_the_service_refuses_is_one_line()
    {
        using IRemoteFolder remote = RemoteFolder.Open("s3://forbidden/x");
        Assert.That(
            () => remote.List("d/", default),
            Throws.InstanceOf<InputException>().With.Message.Contains("s3://forbidden/x").And.Message.Contains("credentials")
        );
    }

    private byte[] Answer(Received request, System.Net.HttpListenerResponse response)
    {
        if (request.Path.StartsWith("/forbidden", StringComparison.Ordinal))
        {
            response.StatusCode = 403;
            response.ContentType = "application/xml";
            return Receiver.Text("<Error><Code>AccessDenied</Code><Message>Access Denied.</Message></Error>");
        }

        switch (request.Method)
        {
            case "PUT":
                objects[request.Path] = Unchunked(request.Body);
                response.Headers["ETag"] = Tag(objects[request.Path]);
                return [];
            case "GET" when request.Query.ContainsKey("list-type"):
                response.ContentType = "application/xml";
                return Receiver.Text(Page(request));
            case "GET" when objects.TryGetValue(request.Path, out byte[]? content):
                response.Headers["ETag"] = Tag(content);
                return content;
            default:
                response.StatusCode = 404;
                response.ContentType = "application/xml";
                return Receiver.Text("<Error><Code>NoSuchKey</Code><Message>none</Message></Error>");
        }
    }

    // Amazon's own service calls the MD5 of what it was sent the tag of it, and the client holds it to that.
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5351", Justification = "The protocol's own.")]
    private static string Tag(byte[] content) =>
        $"\"{Convert.ToHexStringLower(System.Security.Cryptography.MD5.HashData(content))}\"";

    private string Page(Received request)
    {
        string bucket = request.Path.TrimEnd('/') + "/";
        string[] names =
        [
            .. objects
                .Keys.Select(path => path[bucket.Length..])
                .Where(name => name.StartsWith(request.Query["prefix"], StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];
        int start = request.Query.TryGetValue("continuation-token", out string? token) ? int.Parse(token, null) : 0;
        bool more = start + PageSize < names.Length;
        string contents = string.Concat(
            names.Skip(start).Take(PageSize).Select(name => $"<Contents><Key>{name}</Key><Size>1</Size></Contents>")
        );
        string next = more ? $"<NextContinuationToken>{start + PageSize}</NextContinuationToken>" : "";
        return $"<ListBucketResult><IsTruncated>{(more ? "true" : "false")}</IsTruncated>{contents}{next}</ListBucketResult>";
    }

    /// <summary>A body signed chunk by chunk has "SIZE;chunk-signature=…" before each chunk.</summary>
    private static byte[] Unchunked(byte[] body)
    {
        if (
            !Encoding
                .Latin1.GetString(body.AsSpan(0, Math.Min(body.Length, 100)))
                .Contains(";chunk-signature=", StringComparison.Ordinal)
        )
        {
            return body;
        }

        var content = new List<byte>();
        for (int at = 0; ; )
        {
            int end = Array.IndexOf(body, (byte)'\n', at);
            string head = Encoding.Latin1.GetString(body, at, end - at);
            int size = Convert.ToInt32(head.Split(';')[0], 16);
            if (size == 0)
            {
                return [.. content];
            }

            content.AddRange(body.AsSpan(end + 1, size));
            at = end + 1 + size + 2;
        }
    }
}
