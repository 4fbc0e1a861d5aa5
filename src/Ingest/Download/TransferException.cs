namespace CranePipeline.Ingest.Download;

/// <summary>A transfer from one address failed.</summary>
/// <param name="message">What happened, to stand after the address: "answers 404 Not Found".</param>
/// <param name="transient">Whether the same address is worth another try.</param>
/// <param name="retryAfter">How long the server asks to wait.</param>
/// <param name="cause">What lies behind it.</param>
internal sealed class TransferException(string message, bool transient, TimeSpan? retryAfter = null, Exception? cause = null)
    : Exception(message, cause)
{
    public bool Transient => transient;

    public TimeSpan? RetryAfter => retryAfter;
}
