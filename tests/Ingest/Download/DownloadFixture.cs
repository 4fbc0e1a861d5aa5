using System.Security.Cryptography;
using CranePipeline.Ingest.Download;
using CranePipeline.SampleData.Tests;
using NUnit.Framework;

namespace CranePipeline.Ingest.Tests.Download;

/// <summary>A folder to download into, a content to serve, and a clock that does not wait.</summary>
public abstract class DownloadFixture
{
    protected static readonly byte[] Content = MakeContent();
    protected static readonly string Hash = Convert.ToHexStringLower(SHA256.HashData(Content));

    // The servers of these tests speak plain http.
    protected static readonly DownloadOptions Trusting = new() { AllowInsecure = true };

    private protected ScratchFolder Folder { get; private set; } = null!;

    private protected ImmediateTime Time { get; private set; } = null!;

    [SetUp]
    public void Prepare() => (Folder, Time) = (new ScratchFolder(), new ImmediateTime());

    [TearDown]
    public void Remove() => Folder.Dispose();

    private protected static DownloadFile File(string path, params string[] urls) => new() { Path = path, Urls = urls };

    private protected static byte[] NotFound() => ScriptedServer.Response("404 Not Found", []);

    private protected static HttpMessageInvoker Client() =>
        new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });

    private protected IReadOnlyList<DownloadedFile> Fetch(DownloadFile file, DownloadOptions? options = null)
    {
        using HttpMessageInvoker client = Client();
        return Downloader.Run([file], Folder.Path, options ?? Trusting, client, Time, null, CancellationToken.None);
    }

    private static byte[] MakeContent()
    {
        byte[] content = new byte[150_000];
        var random = new Tensors.RandomStream(1, "content");
        foreach (ref byte value in content.AsSpan())
        {
            value = (byte)random.NextUInt32();
        }

        return content;
    }
}
