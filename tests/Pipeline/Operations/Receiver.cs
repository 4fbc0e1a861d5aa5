using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace CranePipeline.Pipeline.Tests.Operations;

/// <summary>A request that arrived.</summary>
internal sealed record Received(string Method, string Path, IReadOnlyDictionary<string, string> Query, byte[] Body);

/// <summary>An HTTP server on the loopback that keeps what it is sent.</summary>
internal sealed class Receiver : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly Func<Received, HttpListenerResponse, byte[]> answer;
    private readonly Task loop;

    public Receiver(Func<Received, HttpListenerResponse, byte[]>? answer = null)
    {
        this.answer = answer ?? ((_, _) => []);
        for (int attempt = 0; ; attempt++)
        {
            Url = $"http://127.0.0.1:{FreePort()}/";
            listener.Prefixes.Clear();
            listener.Prefixes.Add(Url);
            try
            {
                listener.Start();
                break;
            }
            catch (HttpListenerException) when (attempt < 10)
            {
                // Someone else took the port between the look and the start.
            }
        }

        loop = Task.Run(Serve);
    }

    public string Url { get; }

    public ConcurrentQueue<Received> Requests { get; } = new();

    public void Dispose()
    {
        listener.Close();
        loop.GetAwaiter().GetResult();
    }

    private static int FreePort()
    {
        using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task Serve()
    {
        try
        {
            while (true)
            {
                HttpListenerContext context = await listener.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                var received = new Received(
                    context.Request.HttpMethod,
                    Uri.UnescapeDataString(context.Request.Url!.AbsolutePath),
                    context
                        .Request.QueryString.AllKeys.OfType<string>()
                        .ToDictionary(key => key, key => context.Request.QueryString[key]!),
                    body.ToArray()
                );
                Requests.Enqueue(received);
                byte[] reply = answer(received, context.Response);
                context.Response.ContentLength64 = reply.Length;
                if (received.Method != "HEAD")
                {
                    await context.Response.OutputStream.WriteAsync(reply);
                }

                context.Response.Close();
            }
        }
        catch (Exception end) when (end is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // Closed.
        }
    }

    /// <summary>Text as a body.</summary>
    public static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
