using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using CranePipeline.CommandLine;
using CranePipeline.Progress;
using CranePipeline.Stages;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace CranePipeline.Operations;

/// <summary>
/// Spans of run, stages and epochs, and meters of rows, seconds, memory and metrics, sent by OTLP where the standard variables of
/// OpenTelemetry ask for it (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c> and its relatives), and not made at all otherwise.
/// </summary>
internal sealed class Telemetry : IRunObserver, IDisposable
{
    private const string Name = "crane-pipeline";
    private const int FlushMilliseconds = 3_000;
    private const int HurriedMilliseconds = 500;

    private static readonly string[] Asking =
    [
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
    ];

    private readonly ActivitySource spans = new(Name, HelpText.Version);
    private readonly Meter meter = new(Name, HelpText.Version);
    private readonly TracerProvider tracing;
    private readonly MeterProvider metering;
    private readonly Counter<long> rows;
    private readonly Histogram<double> rowRate;
    private readonly Histogram<double> stageSeconds;
    private readonly Histogram<double> epochSeconds;
    private readonly Gauge<double> metrics;
    private readonly Activity? run;
    private Activity? stage;

    private Telemetry(string command)
    {
        ResourceBuilder resource = ResourceBuilder
            .CreateEmpty()
            .AddService(Name, serviceVersion: HelpText.Version)
            .AddTelemetrySdk()
            .AddEnvironmentVariableDetector();
        tracing = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(Name).AddOtlpExporter().Build();
        metering = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(Name).AddOtlpExporter().Build();
        rows = meter.CreateCounter<long>("crane.rows", "{row}", "Rows of finished artifacts");
        rowRate = meter.CreateHistogram<double>("crane.rows.rate", "{row}/s", "Rows a second of a stage");
        stageSeconds = meter.CreateHistogram<double>("crane.stage.duration", "s", "Time a stage took");
        epochSeconds = meter.CreateHistogram<double>("crane.epoch.duration", "s", "Time an epoch took");
        metrics = meter.CreateGauge<double>("crane.metric", null, "Losses, metrics and counts by name");
        meter.CreateObservableGauge("crane.memory.peak", () => RunLog.PeakMemory() * 1e6, "By", "Most memory held");
        run = spans.StartActivity($"run {command}");
    }

    /// <summary>Telemetry for a run, or null where nothing asks for it.</summary>
    /// <param name="command">What the run is to do.</param>
    public static Telemetry? Start(string command)
    {
        bool isOff = string.Equals(
            Environment.GetEnvironmentVariable("OTEL_SDK_DISABLED"),
            "true",
            StringComparison.OrdinalIgnoreCase
        );
        bool isAsked = Asking.Any(name => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name)));
        return isAsked && !isOff ? new Telemetry(command) : null;
    }

    public void StageStarted(Node node, string key)
    {
        stage = spans.StartActivity($"stage {node.Stage.Name}");
        stage?.SetTag("crane.stage", node.Stage.Name);
        stage?.SetTag("crane.key", key);
        stage?.SetTag("crane.seed", node.Seed);
    }

    public void StageEnded(NodeResult result, string? summary)
    {
        KeyValuePair<string, object?> name = new("crane.stage", result.Node.Stage.Name);
        if (result.State == StageState.Built && result.Artifact is { } artifact)
        {
            long count = artifact.Manifest.Files.Sum(file => file.Rows ?? 0);
            rows.Add(count, name);
            rowRate.Record(count / Math.Max(result.Seconds, 1e-6), name);
            stageSeconds.Record(result.Seconds, name);
            foreach ((string metric, double value) in artifact.Manifest.Metrics)
            {
                metrics.Record(value, name, new("crane.metric", metric), new("crane.seed", result.Node.Seed));
            }
        }

        stage?.SetTag("crane.state", result.State.ToString().ToLower(CultureInfo.InvariantCulture));
        stage?.SetStatus(result.State == StageState.Failed ? ActivityStatusCode.Error : ActivityStatusCode.Ok);
        stage?.Dispose();
        stage = null;
    }

    public void EpochEnded(string stage, long seed, int epoch, double seconds, IReadOnlyDictionary<string, double> numbers)
    {
        DateTimeOffset start = DateTimeOffset.UtcNow - TimeSpan.FromSeconds(seconds);
        using Activity? span = spans.StartActivity(
            $"epoch {epoch}",
            ActivityKind.Internal,
            this.stage?.Context ?? default,
            startTime: start
        );
        span?.SetTag("crane.seed", seed);
        epochSeconds.Record(seconds, new KeyValuePair<string, object?>("crane.seed", seed));
        foreach ((string name, double value) in numbers)
        {
            span?.SetTag($"crane.{name}", value);
            metrics.Record(value, new("crane.stage", stage), new("crane.metric", name), new("crane.seed", seed));
        }
    }

    public void Message(ConsoleLevel level, string text)
    {
        if (level == ConsoleLevel.Warning)
        {
            (stage ?? run)?.AddEvent(new ActivityEvent(text));
        }
    }

    /// <summary>Whether the process was told to end, so that little time is left to send what there is.</summary>
    public bool IsHurried { get; set; }

    /// <summary>Notes how the run ended.</summary>
    public void Ended(int exitCode, string? error)
    {
        run?.SetTag("process.exit.code", exitCode);
        run?.SetStatus(error is null ? ActivityStatusCode.Ok : ActivityStatusCode.Error, error);
    }

    /// <summary>Sends what is left; a receiver that does not answer is waited for a few seconds at most.</summary>
    public void Dispose()
    {
        stage?.Dispose();
        run?.Dispose();
        int milliseconds = IsHurried ? HurriedMilliseconds : FlushMilliseconds;
        tracing.ForceFlush(milliseconds);
        metering.ForceFlush(milliseconds);
        if (IsHurried)
        {
            // Their own end waits for the receiver; the process's does not.
            return;
        }

        tracing.Dispose();
        metering.Dispose();
        meter.Dispose();
        spans.Dispose();
    }
}
