using System.Net.Http;
using System.Text;
using CranePipeline.Tables;
using Polly;
using Polly.Retry;

namespace CranePipeline.Operations;

/// <summary>Tells an address how a run ended: one POST of the object that <c>-Json</c> writes, tried again where that may help.</summary>
internal static class Notification
{
    private const int Retries = 3;
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Hurried = TimeSpan.FromSeconds(2);

    /// <summary>The address of <c>-Notify</c>.</summary>
    /// <exception cref="InputException">It is none.</exception>
    public static Uri Address(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https"
            ? address
            : throw new InputException("-Notify needs an address such as https://host/path");

    /// <summary>Sends the notification.</summary>
    /// <param name="address">Where to. Its path may hold a secret, so messages name its host alone.</param>
    /// <param name="json">The object.</param>
    /// <param name="isHurried">Whether the process was told to end, so that two seconds must do.</param>
    /// <returns>Why it could not be sent, or null.</returns>
    public static string? Send(Uri address, string json, bool isHurried = false)
    {
        TimeSpan patience = isHurried ? Hurried : Patience;
        using var client = new HttpClient { Timeout = patience / 2 };
        ResiliencePipeline<string?> pipeline = new ResiliencePipelineBuilder<string?>()
            .AddTimeout(patience)
            .AddRetry(
                new RetryStrategyOptions<string?>
                {
                    MaxRetryAttempts = Retries,
                    BackoffType = DelayBackoffType.Exponential,
                    Delay = Delay,
                    ShouldHandle = outcome => ValueTask.FromResult(outcome.Outcome.Result is not null),
                }
            )
            .Build();
        try
        {
            string? problem = pipeline.Execute(token => Post(client, address, json, token));
            return problem is null ? null : $"{address.Host} was not notified: {problem}";
        }
        catch (Polly.Timeout.TimeoutRejectedException)
        {
            return $"{address.Host} was not notified: it does not answer";
        }
    }

    private static string? Post(HttpClient client, Uri address, string json, CancellationToken cancellation)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, address)
            {
                Content = new StringContent(json, Encoding.UTF8, "application/json"),
            };
            using HttpResponseMessage response = client.Send(request, cancellation);
            return response.IsSuccessStatusCode ? null : $"it answers {(int)response.StatusCode}";
        }
        catch (Exception problem)
            when (problem is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            return problem.Message.ReplaceLineEndings(" ").TrimEnd('.');
        }
    }
}
