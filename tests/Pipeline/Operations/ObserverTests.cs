using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using CranePipeline.Operations;
using CranePipeline.Progress;
using CranePipeline.Stages;
using CranePipeline.Tables;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Operations;

/// <summary>Log, telemetry and notification.</summary>
[NonParallelizable]
public sealed class ObserverTests
{
    private static readonly Node Train = new(StageCatalog.Artifacts.Single(stage => stage.Name == "train"), 9);

    private string folder = null!;

    [SetUp]
    public void Open() => folder = Directory.CreateTempSubdirectory("crane-log-").FullName;

    [TearDown]
    public void Close() => Directory.Delete(folder, recursive: true);

    [Test]
    public void A_log_is_one_json_object_a_line()
    {
        var warnings = new List<string>();
        using (var log = new RunLog(folder, ConsoleLevel.Info, TimeProvider.System, warnings.Add))
        {
            Happen(log);
            log.Message(ConsoleLevel.Verbose, "too much");
        }

        JsonNode[] lines = [.. File.ReadAllLines(Directory.GetFiles(folder).Single()).Select(line => JsonNode.Parse(line)!)];
        Assert.That(
            lines.Select(line => (string?)line["event"]),
            Is.EqualTo(new[] { "stage.start", "epoch", "message", "stage.end" })
        );
        Assert.That(lines.Select(line => (string?)line["level"]), Is.EqualTo(new[] { "info", "info", "warning", "error" }));
        Assert.That((string?)lines[0]["key"], Is.EqualTo("0123456789abcdef"));
        Assert.That((long?)lines[1]["seed"], Is.EqualTo(9));
        Assert.That((double?)lines[1]["counts"]!["loss"], Is.EqualTo(0.5));
        Assert.That(lines[1]["counts"]!["recall@20"], Is.Null, "what is no number is none in JSON");
        Assert.That((double?)lines[3]["seconds"], Is.EqualTo(1.5));
        Assert.That(warnings, Is.Empty);
    }

    [Test]
    public void A_log_is_continued_in_another_file_and_the_oldest_go()
    {
        for (int old = 0; old < RunLog.FilesKept + 5; old++)
        {
            File.WriteAllText(Path.Combine(folder, $"run-20200101T0000{old:D3}Z-1.jsonl"), "");
        }

        File.WriteAllText(Path.Combine(folder, "another.txt"), "");
        using (var log = new RunLog(folder, ConsoleLevel.Info, TimeProvider.System, _ => { }, largest: 300))
        {
            for (int line = 0; line < 10; line++)
            {
                log.Message(ConsoleLevel.Info, new string('x', 100));
            }
        }

        string[] files = Directory.GetFiles(folder, "run-*");
        Assert.That(files, Has.Length.EqualTo(RunLog.FilesKept));
        Assert.That(files.Count(file => new FileInfo(file).Length > 0), Is.GreaterThan(2));
        Assert.That(File.Exists(Path.Combine(folder, "another.txt")), Is.True);
    }

    [Test]
    public void A_log_that_cannot_be_written_is_one_warning()
    {
        string file = Path.Combine(folder, "file");
        File.WriteAllText(file, "");
        var warnings = new List<string>();
        using var log = new RunLog(file, ConsoleLevel.Info, TimeProvider.System, warnings.Add);
        Happen(log);

        Assert.That(warnings, Has.Count.EqualTo(1));
        Assert.That(warnings[0], Does.Contain(file));
    }

    [Test]
    public void Telemetry_is_not_made_unless_it_is_asked_for() => Assert.That(Telemetry.Start("all"), Is.Null);

    [Test]
    public void Telemetry_goes_to_the_receiver_that_the_standard_variables_name()
    {
        using var receiver = new Receiver();
        WithVariables(
            () =>
            {
                using Telemetry telemetry = Telemetry.Start("all")!;
                Happen(telemetry);
                telemetry.Ended(0, null);
            },
            ("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.Url),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
        );

        // Strings stand in a protobuf message as they are.
        string traces = Bodies(receiver, "/v1/traces");
        string meters = Bodies(receiver, "/v1/metrics");
        Assert.That(
            traces,
            Does.Contain("run all").And.Contain("stage train").And.Contain("epoch 3").And.Contain("crane-pipeline")
        );
        Assert.That(meters, Does.Contain("crane.epoch.duration").And.Contain("crane.metric").And.Contain("crane.memory.peak"));
    }

    [Test]
    public void A_switched_off_sdk_sends_nothing() =>
        WithVariables(
            () => Assert.That(Telemetry.Start("all"), Is.Null),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"),
            ("OTEL_SDK_DISABLED", "true")
        );

    [Test]
    public void A_notification_is_sent_again_until_it_is_taken()
    {
        int asked = 0;
        using var receiver = new Receiver(
            (_, response) =>
            {
                response.StatusCode = (int)(asked++ < 2 ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK);
                return [];
            }
        );

        Assert.That(Notification.Send(new Uri(receiver.Url + "secret"), "{\"a\":1}"), Is.Null);
        Assert.That(receiver.Requests, Has.Count.EqualTo(3));
        Assert.That(receiver.Requests.Select(each => Encoding.UTF8.GetString(each.Body)), Has.All.EqualTo("{\"a\":1}"));
    }

    [Test]
    public void A_notification_that_is_refused_is_told_without_the_addresss_secret()
    {
        using var receiver = new Receiver(
            (_, response) =>
            {
                response.StatusCode = 403;
                return [];
            }
        );

        string? problem = Notification.Send(new Uri(receiver.Url + "secret"), "{}");

        Assert.That(problem, Does.Contain("127.0.0.1").And.Contain("403").And.Not.Contain("secret"));
        Assert.That(() => Notification.Address("nonsense"), Throws.InstanceOf<InputException>());
    }

    private static void Happen(IRunObserver observer)
    {
        observer.StageStarted(Train, "0123456789abcdef");
        observer.EpochEnded("train", 9, 3, 0.25, new Dictionary<string, double> { ["loss"] = 0.5, ["recall@20"] = double.NaN });
        observer.Message(ConsoleLevel.Warning, "look");
        observer.StageEnded(new NodeResult(Train, "0123456789abcdef", StageState.Failed, 1.5, null), null);
    }

    private static string Bodies(Receiver receiver, string path) =>
        string.Concat(receiver.Requests.Where(each => each.Path == path).Select(each => Encoding.Latin1.GetString(each.Body)));

    private static void WithVariables(Action action, params (string Name, string Value)[] variables)
    {
        try
        {
            foreach ((string name, string value) in variables)
            {
                Environment.SetEnvironmentVariable(name, value);
            }

            action();
        }
        finally
        {
            foreach ((string name, _) in variables)
            {
                Environment.SetEnvironmentVariable(name, null);
            }
        }
    }
}
