using System.Diagnostics;
using CranePipeline.Configuration;
using CranePipeline.Ingest.Download;
using CranePipeline.Progress;
using CranePipeline.SampleData;

namespace CranePipeline.Stages;

/// <summary>
/// Sees to it that raw files are where the stages look for them: generated, downloaded, or put there by the user. The data folder is the
/// user's own, so nothing in it is an artifact of the store.
/// </summary>
internal static class RawData
{
    /// <summary>Generates or fetches what is not there.</summary>
    /// <param name="settings">The data set's settings.</param>
    /// <param name="environment">Folders, progress, cancellation.</param>
    /// <param name="isRequested">Whether the stage was asked for by name, so that it is reported even if there is nothing to do.</param>
    /// <param name="report">Takes what happened.</param>
    public static void Ensure(
        PipelineSettings settings,
        RunEnvironment environment,
        bool isRequested,
        Action<StageSummary> report
    )
    {
        var clock = Stopwatch.StartNew();
        bool built;
        try
        {
            built = settings.Generate is { } generate
                ? Generate(generate, settings, environment)
                : Fetch(settings.Files, settings.Download, environment, isRequested);
        }
        catch
        {
            report(new StageSummary(StageCatalog.Download, null, StageState.Failed, clock.Elapsed.TotalSeconds));
            throw;
        }

        if (built || isRequested)
        {
            StageState state = built ? StageState.Built : StageState.Fresh;
            environment.Display.StageEnded(StageCatalog.Download, state);
            report(new StageSummary(StageCatalog.Download, null, state, clock.Elapsed.TotalSeconds));
        }
    }

    /// <summary>Whether a file had to be fetched; files that are there are looked at only on request.</summary>
    private static bool Fetch(
        IReadOnlyList<DownloadFile> files,
        DownloadOptions options,
        RunEnvironment environment,
        bool isRequested
    )
    {
        bool missing = files.Any(file => !File.Exists(Path.Combine(environment.DataFolder, file.Path)));
        if (!missing && !isRequested)
        {
            return false;
        }

        return Downloader
            .Run(files, environment.DataFolder, options, environment.Progress, environment.Cancellation)
            .Any(file => file.Url is not null);
    }

    /// <summary>Whether the files had to be generated.</summary>
    private static bool Generate(GenerateOptions options, PipelineSettings settings, RunEnvironment environment) =>
        !Generator
            .Run(
                options,
                Path.Combine(environment.DataFolder, settings.Name),
                environment.Threads,
                environment.Progress,
                environment.Cancellation
            )
            .Fresh;
}
