using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace CranePipeline.Ingest.Tests.Download;

/// <summary>A request as the server saw it: the path, and the headers by lower-case name.</summary>
internal sealed record SeenRequest(string Path, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The first byte asked for, or null where the whole was.</summary>
    public int? From =>
        Headers.TryGetValue("range", out string? range) ? int.Parse(range["bytes=".Length..].TrimEnd('-'), null) : null;
}

/// <summary>An HTTP server on the loopback that answers with whatever bytes a test wants, also such as no good server sends.</summary>
internal sealed class ScriptedServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Func<SeenRequest, int, byte[]?> answer;
    private readonly X509Certificate2? certificate;
    private readonly Task loop;

    /// <summary>Starts it. The answer gets the request and how many came before it; null keeps the connection open in silence.</summary>
    public ScriptedServer(Func<SeenRequest, int, byte[]?> answer, X509Certificate2? certificate = null)
    {
        this.answer = answer;
        this.certificate = certificate;
        listener.Start();
        loop = Task.Run(Serve);
    }

    public ConcurrentQueue<SeenRequest> Requests { get; } = new();

    public string Url(string path) =>
        $"{(certificate is null ? "http" : "https")}://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/{path}";

    /// <summary>A response with a length, cut after so many bytes of the body if wanted.</summary>
    public static byte[] Response(string status, ReadOnlySpan<byte> body, int? cut = null, params string[] headers)
    {
        string head =
            $"HTTP/1.1 {status}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n";
        return [.. Encoding.ASCII.GetBytes(head), .. body[..(cut ?? body.Length)]];
    }

    /// <summary>
    /// What a good server with ranges and an entity tag sends, cut after so many bytes of the body; a part may leave its tag out
    /// where the request had it.
    /// </summary>
    public static byte[] Ranged(SeenRequest request, byte[] whole, string tag, int? cut = null, bool terse = false)
    {
        bool same = !request.Headers.TryGetValue("if-range", out string? known) || known == tag;
        if (request.From is { } from && same)
        {
            ReadOnlySpan<byte> rest = whole.AsSpan(from);
            return Response(
                "206 Partial Content",
                rest,
                Math.Min(cut ?? int.MaxValue, rest.Length),
                [
                    .. terse ? Array.Empty<string>() : [$"ETag: {tag}"],
                    $"Content-Range: bytes {from}-{whole.Length - 1}/{whole.Length}",
                ]
            );
        }

        return Response("200 OK", whole, Math.Min(cut ?? int.MaxValue, whole.Length), $"ETag: {tag}");
    }

    public void Dispose()
    {
        listener.Dispose();
        loop.GetAwaiter().GetResult();
    }

    private async Task Serve()
    {
        List<TcpClient> silent = [];
        try
        {
            while (true)
            {
                TcpClient client = await listener.AcceptTcpClientAsync();
                if (await Secured(client.GetStream()) is not { } stream)
                {
                    client.Dispose();
                    continue;
                }

                using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
                string? first = await reader.ReadLineAsync();
                if (first is null)
                {
                    client.Dispose();
                    continue;
                }

                Dictionary<string, string> headers = [];
                while (await reader.ReadLineAsync() is { Length: > 0 } line)
                {
                    string[] parts = line.Split(": ", 2);
                    headers[parts[0].ToLowerInvariant()] = parts[1];
                }

                var request = new SeenRequest(first.Split(' ')[1].TrimStart('/'), headers);
                int before = Requests.Count;
                Requests.Enqueue(request);
                if (answer(request, before) is { } bytes)
                {
                    await stream.WriteAsync(bytes);
                    stream.Dispose();
                    client.Dispose();
                }
                else
                {
                    silent.Add(client);
                }
            }
        }
        catch (Exception cause) when (cause is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            silent.ForEach(client => client.Dispose());
        }
    }

    /// <summary>The stream under TLS where there is a certificate; null where the other side does not trust it.</summary>
    private async Task<Stream?> Secured(NetworkStream stream)
    {
        if (certificate is null)
        {
            return stream;
        }

        var secured = new SslStream(stream);
        try
        {
            await secured.AuthenticateAsServerAsync(certificate);
            return secured;
        }
        catch (Exception cause) when (cause is AuthenticationException or IOException)
        {
            return null;
        }
    }
}
