using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace CranePipeline.Ingest.Download;

/// <summary>One request for a file at one address, going on where the part ends if that is safe.</summary>
internal sealed class Transfer(HttpMessageInvoker client, DownloadFile file, DownloadOptions options, Action<long, long> report)
{
    // No file of the field comes near; a server that declares more is broken or means harm.
    private const long LargestFile = 1L << 42;
    private const int MostRedirects = 10;

    private const int BufferBytes = 1 << 17;
    private const long FlushBytes = 1L << 28;

    private readonly TimeSpan stall = TimeSpan.FromSeconds(options.StallSeconds);

    /// <summary>Fetches until the file is whole.</summary>
    /// <exception cref="TransferException">The address does not deliver, or not all of it.</exception>
    public async Task Run(string url, PartFile part, CancellationToken cancellation)
    {
        using var watch = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        watch.CancelAfter(stall);
        try
        {
            using HttpResponseMessage response = await Send(url, part, watch.Token).ConfigureAwait(false);
            long total = Begin(url, part, response);
            if (part.Length < total || total < 0)
            {
                part.EnsureRoom(total);
                await Copy(response, part, total, watch).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TransferException($"sent nothing for {stall.TotalSeconds:0} seconds", transient: true);
        }
        catch (HttpRequestException cause)
        {
            throw new TransferException($"cannot be reached ({cause.Message})", transient: true, cause: cause);
        }
    }

    /// <summary>Asks, and follows where the server sends us, within what <see cref="DownloadOptions.AllowInsecure"/> allows.</summary>
    private async Task<HttpResponseMessage> Send(string url, PartFile part, CancellationToken cancellation)
    {
        var address = new Uri(url);
        for (int redirects = 0; ; redirects++)
        {
            if (address.Scheme != Uri.UriSchemeHttps && !options.AllowInsecure)
            {
                throw new TransferException("is plain http, which needs -AllowInsecure", transient: false);
            }

            using HttpRequestMessage request = Request(url, address, part);
            HttpResponseMessage response = await client.SendAsync(request, cancellation).ConfigureAwait(false);
            if (
                (int)response.StatusCode is not (301 or 302 or 303 or 307 or 308)
                || response.Headers.Location is not { } location
            )
            {
                return response;
            }

            response.Dispose();
            Uri next = location.IsAbsoluteUri ? location : new Uri(address, location);
            if (next.Scheme is not ("http" or "https") || redirects == MostRedirects)
            {
                throw new TransferException("redirects in circles, or to what is no web address", transient: false);
            }

            if (!options.AllowInsecure && !file.Urls.Any(named => IsHostOf(named, next)))
            {
                throw new TransferException(
                    $"redirects to {next.Host}; name that host's address in the data set file, or allow it with -AllowInsecure",
                    transient: false
                );
            }

            address = next;
        }
    }

    private static bool IsHostOf(string named, Uri address) =>
        string.Equals(new Uri(named).Host, address.Host, StringComparison.OrdinalIgnoreCase);

    private HttpRequestMessage Request(string url, Uri address, PartFile part)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("crane-pipeline", "0.1"));
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        if (part.Length == 0)
        {
            return request;
        }

        // Without a validator only a hash can tell whether the two halves belong together.
        string? validator = part.ValidatorFor(url);
        if (validator is not null || file.Sha256 is not null)
        {
            request.Headers.Range = new RangeHeaderValue(part.Length, null);
            if (validator is not null)
            {
                request.Headers.TryAddWithoutValidation("If-Range", validator);
            }
        }

        return request;
    }

    /// <summary>Judges the answer and sets the part up for what follows.</summary>
    /// <returns>The whole file's size, −1 where the server does not say.</returns>
    private long Begin(string url, PartFile part, HttpResponseMessage response)
    {
        HttpContentHeaders headers = response.Content.Headers;
        string? validator = Validator(response);
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                part.Restart(url, validator);
                return CheckTotal(headers.ContentLength ?? -1);
            case HttpStatusCode.PartialContent when headers.ContentRange is { HasRange: true } range && range.From == part.Length:
                // It may leave out the headers that the request's If-Range shows the client to have (RFC 9110, 15.3.7).
                part.Continue(url, validator ?? part.ValidatorFor(url));
                return CheckTotal(range.Length ?? (range.To + 1) ?? -1, part.Length);
            case HttpStatusCode.RequestedRangeNotSatisfiable when headers.ContentRange?.Length == part.Length && part.Length > 0:
                return part.Length;
            case HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable:
                part.Restart(url, null);
                throw new TransferException("does not go on where the last transfer stopped", transient: true);
            default:
                int code = (int)response.StatusCode;
                bool transient = code is 408 or 425 or 429 or >= 500;
                throw new TransferException(
                    string.Create(CultureInfo.InvariantCulture, $"answers {code} {Printable(response.ReasonPhrase)}"),
                    transient,
                    RetryAfter(response)
                );
        }
    }

    private long CheckTotal(long total, long there = 0) =>
        total > LargestFile || (total >= 0 && total < there)
            ? throw new TransferException(
                string.Create(CultureInfo.InvariantCulture, $"declares a size of {total} bytes, which makes no sense"),
                transient: false
            )
        : total >= 0 && file.Bytes is { } expected && total != expected
            ? throw new TransferException(
                string.Create(CultureInfo.InvariantCulture, $"offers {total} bytes where {expected} are expected"),
                transient: false
            )
        : total;

    private async Task Copy(HttpResponseMessage response, PartFile part, long total, CancellationTokenSource watch)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            Stream body = await response.Content.ReadAsStreamAsync(watch.Token).ConfigureAwait(false);
            long flushed = part.Length;
            while (true)
            {
                watch.CancelAfter(stall);
                int read = await Read(body, buffer, watch.Token).ConfigureAwait(false);
                if (read == 0)
                {
                    break;
                }

                part.Write(buffer.AsSpan(0, read));
                report(part.Length, total);
                if (part.Length - flushed >= FlushBytes)
                {
                    part.Flush();
                    flushed = part.Length;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (total >= 0 && part.Length != total)
        {
            throw new TransferException(
                string.Create(CultureInfo.InvariantCulture, $"closed the connection after {part.Length} of {total} bytes"),
                transient: true
            );
        }
    }

    private static async ValueTask<int> Read(Stream body, byte[] buffer, CancellationToken cancellation)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellation).ConfigureAwait(false);
        }
        catch (IOException cause)
        {
            // Of the network, not of the disk: that is written elsewhere.
            throw new TransferException($"cut the connection ({cause.Message})", transient: true, cause: cause);
        }
    }

    /// <summary>A server's words without what would steer a terminal.</summary>
    private static string Printable(string? reason) =>
        string.Concat((reason ?? string.Empty).Where(each => !char.IsControl(each)).Take(100));

    private static string? Validator(HttpResponseMessage response) =>
        response.Headers.ETag is { IsWeak: false } tag
            ? tag.Tag
            : response.Content.Headers.LastModified?.ToString("R", CultureInfo.InvariantCulture);

    private static TimeSpan? RetryAfter(HttpResponseMessage response) =>
        response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - (response.Headers.Date ?? DateTimeOffset.UtcNow),
            _ => null,
        };
}
