using System.Security.Cryptography;
using CranePipeline.Tables;
using Polly;
using Polly.Retry;

namespace CranePipeline.Ingest.Download;

/// <summary>
/// Fetches raw files: cut transfers go on where they stopped, other addresses are tried where one fails, and a file gets
/// its name only when it is whole and checked. The system's proxy settings apply.
/// </summary>
public sealed class Downloader
{
    private readonly DownloadOptions options;
    private readonly HttpMessageInvoker client;
    private readonly TimeProvider time;

    private Downloader(DownloadOptions options, HttpMessageInvoker client, TimeProvider time) =>
        (this.options, this.client, this.time) = (options, client, time);

    /// <summary>Brings the files into the folder, one after the other; those that are there already are checked and kept.</summary>
    /// <param name="files">What is wanted.</param>
    /// <param name="folder">The data folder.</param>
    /// <param name="options">Retries and waits; null for the defaults.</param>
    /// <param name="progress">Told of each file's bytes.</param>
    /// <param name="cancellation">Stops; what has come so far stays as <c>.part</c> for the next time.</param>
    /// <exception cref="InputException">
    /// No address delivers the file, what they deliver or what lies there is not what was expected, or the disk is full.
    /// </exception>
    public static IReadOnlyList<DownloadedFile> Run(
        IReadOnlyList<DownloadFile> files,
        string folder,
        DownloadOptions? options = null,
        IProgress<WorkProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        using var client = new HttpMessageInvoker(
            new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(30), AllowAutoRedirect = false }
        );
        return Run(files, folder, options ?? new DownloadOptions(), client, TimeProvider.System, progress, cancellation);
    }

    /// <summary>The same over a given client and clock.</summary>
    internal static IReadOnlyList<DownloadedFile> Run(
        IReadOnlyList<DownloadFile> files,
        string folder,
        DownloadOptions options,
        HttpMessageInvoker client,
        TimeProvider time,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var downloader = new Downloader(options, client, time);
        List<DownloadedFile> done = [];
        foreach (DownloadFile file in files)
        {
            string target = TargetOf(file, folder);
            try
            {
                done.Add(
                    File.Exists(target)
                        ? CheckPresent(file, target, progress, cancellation)
                        : downloader.FetchInTurn(file, target, progress, cancellation)
                );
            }
            catch (Exception cause) when (WriteFault.Is(cause))
            {
                throw WriteFault.At(
                    target,
                    cause,
                    "free space there or choose another data folder (what has come so far is kept)"
                );
            }
        }

        return done;
    }

    private static string TargetOf(DownloadFile file, string folder)
    {
        string root = Path.GetFullPath(folder);
        string target = Path.GetFullPath(file.Path, root);
        if (
            file.Path.Length == 0
            || !target.StartsWith(Path.TrimEndingDirectorySeparator(root) + Path.DirectorySeparatorChar, StringComparison.Ordinal)
        )
        {
            throw new InputException(
                $"the download path '{file.Path}' does not lie in the data folder {root}; give a relative path below it"
            );
        }

        foreach (string url in file.Urls)
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https"))
            {
                throw new InputException(
                    $"'{url}', an address of {file.Path}, is not an http or https address; correct it in the data set's file"
                );
            }
        }

        return target;
    }

    private static DownloadedFile CheckPresent(
        DownloadFile file,
        string target,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation
    )
    {
        using FileStream stream = File.OpenRead(target);
        if (FileCheck.Fault(file, stream, progress, cancellation, out string? hash) is { } fault)
        {
            throw new InputException(
                $"{target} {fault}; remove it to fetch it again, or correct what the data set's file says of it"
            );
        }

        return new DownloadedFile(file.Path, target, stream.Length, hash, null);
    }

    private DownloadedFile FetchInTurn(
        DownloadFile file,
        string target,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation
    )
    {
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        using FileStream turn = FileTurn.Wait(target + ".lock", cancellation);
        return File.Exists(target)
            ? CheckPresent(file, target, progress, cancellation)
            : Fetch(file, target, progress, cancellation).GetAwaiter().GetResult();
    }

    private async Task<DownloadedFile> Fetch(
        DownloadFile file,
        string target,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation
    )
    {
        if (file.Urls.Count == 0)
        {
            throw new InputException(
                $"{target} does not exist and no address is given for {file.Path}; put the file there yourself"
            );
        }

        List<string> failures = [];
        PartFile part = new(target);
        try
        {
            foreach (string url in file.Urls)
            {
                try
                {
                    await FetchFrom(url, file, part, progress, cancellation).ConfigureAwait(false);
                }
                catch (TransferException failure)
                {
                    failures.Add($"{url} {failure.Message}");
                    continue;
                }

                if (FileCheck.Fault(file, part.Rewind(), progress, cancellation, out string? hash) is not { } fault)
                {
                    long bytes = part.Length;
                    hash ??= Convert.ToHexStringLower(
                        await SHA256.HashDataAsync(part.Rewind(), cancellation).ConfigureAwait(false)
                    );
                    part.Finish(target);
                    return new DownloadedFile(file.Path, target, bytes, hash, url);
                }

                failures.Add($"{url} sent a file that {fault}");
                part.Discard();
                part = new PartFile(target);
            }
        }
        finally
        {
            part.Dispose();
        }

        throw new InputException(
            $"{file.Path} cannot be downloaded: {string.Join("; ", failures)}; try "
                + $"again later (what has come is kept), or put the file at {target} yourself"
        );
    }

    private async Task FetchFrom(
        string url,
        DownloadFile file,
        PartFile part,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation
    )
    {
        int inARow = 0;
        long most = part.Length;
        var transfer = new Transfer(client, file, options, Report);
        ResiliencePipeline pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(
                new RetryStrategyOptions
                {
                    // Counted here, since a failure after new bytes is no sign of a dead address: large files come in many pieces.
                    MaxRetryAttempts = int.MaxValue,
                    ShouldHandle = outcome =>
                        ValueTask.FromResult(
                            outcome.Outcome.Exception is TransferException { Transient: true } && inARow <= options.Retries
                        ),
                    DelayGenerator = outcome =>
                        ValueTask.FromResult<TimeSpan?>(Delay((TransferException)outcome.Outcome.Exception!, inARow)),
                }
            )
            .Build();
        await pipeline
            .ExecuteAsync(
                async token =>
                {
                    try
                    {
                        await transfer.Run(url, part, token).ConfigureAwait(false);
                    }
                    catch (TransferException)
                    {
                        inARow = part.Length > most ? 1 : inARow + 1;
                        most = Math.Max(most, part.Length);
                        throw;
                    }
                },
                cancellation
            )
            .ConfigureAwait(false);

        void Report(long bytes, long total) =>
            progress?.Report(new WorkProgress($"downloading {file.Path}", "bytes", bytes, Math.Max(total, 0)));
    }

    private TimeSpan Delay(TransferException failure, int inARow)
    {
        double seconds = failure.RetryAfter?.TotalSeconds ?? options.DelaySeconds * Math.Pow(2, Math.Min(inARow - 1, 30));
        return TimeSpan.FromSeconds(Math.Clamp(seconds, 0, options.MaxDelaySeconds));
    }
}
