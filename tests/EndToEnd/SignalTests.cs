using System.Diagnostics;
using System.Text;

namespace CranePipeline.EndToEnd.Tests;

/// <summary>A run that is asked to stop stops in good order: checkpoint, one line, the JSON object, the signal's exit code.</summary>
[Platform("Unix")]
public sealed class SignalTests
{
    // Enough for a signal to come in the middle, and no early stop before it.
    private static readonly string[] Long = ["-Json", "-Set", "train.epochs=150", "-Set", "train.patience=150"];

    private Workspace workspace = null!;

    [SetUp]
    public void Open() => workspace = new Workspace();

    [TearDown]
    public void Close() => workspace.Dispose();

    [TestCase(Signals.Terminate, 143)]
    [TestCase(Signals.Interrupt, 130)]
    [TestCase(Signals.HangUp, 129)]
    public void A_signal_in_training_leaves_a_checkpoint_from_which_the_same_bytes_come(string signal, int code)
    {
        Outcome stopped = SignalledAtEpoch(5, signal);

        Assert.That(stopped.ExitCode, Is.EqualTo(code), stopped.Error);
        Assert.That((int?)stopped.Json()["exitCode"], Is.EqualTo(code));
        Assert.That((string?)stopped.Json()["error"], Does.StartWith("interrupted"));
        Assert.That(stopped.Error, Does.Contain("error: interrupted").And.Not.Contain("   at "));
        Assert.That(Checkpoints(), Has.Length.EqualTo(1));
        Assert.That(Directory.GetDirectories(Path.Combine(workspace.Store, ".staging")), Is.Empty);
        if (signal != Signals.Terminate)
        {
            return;
        }

        Outcome resumed = workspace.Run(workspace.Small("train", Long));
        Assert.That(resumed.ExitCode, Is.Zero, resumed.Error);
        using var undisturbed = new Workspace();
        Outcome whole = undisturbed.Run(undisturbed.Small("train", Long));
        Assert.That(whole.ExitCode, Is.Zero, whole.Error);
        Assert.That(workspace.ArtifactFiles(), Is.EqualTo(undisturbed.ArtifactFiles()));
    }

    [Test]
    public void A_damaged_checkpoint_is_set_aside_and_training_starts_again()
    {
        SignalledAtEpoch(3, Signals.Terminate);
        string checkpoint = Checkpoints().Single();
        byte[] content = File.ReadAllBytes(checkpoint);
        content[content.Length / 2] ^= 1;
        File.WriteAllBytes(checkpoint, content);

        Outcome outcome = SignalledAtEpoch(3, Signals.Terminate);

        Assert.That(outcome.ExitCode, Is.EqualTo(143), outcome.Error);
        Assert.That(outcome.Error, Does.Contain("warning: the checkpoint").And.Contain(checkpoint).And.Contain("starts again"));
        Assert.That(File.Exists(checkpoint + ".unusable"), Is.True);
    }

    [Test]
    public void A_run_whose_time_is_up_says_that_there_is_more_to_do()
    {
        Outcome outcome = workspace.Run(workspace.Small("all", "-Json", "-MaxMinutes", "0"));

        Assert.That(outcome.ExitCode, Is.EqualTo(3), outcome.Error);
        Assert.That((int?)outcome.Json()["exitCode"], Is.EqualTo(3));
        Assert.That(outcome.Error, Does.Contain("-MaxMinutes"));
    }

    private string[] Checkpoints() =>
        Directory.GetFiles(Path.Combine(workspace.Store, ".resume"), "checkpoint.bin", SearchOption.AllDirectories);

    // A shell starts what runs in its background with SIGINT ignored, nohup with SIGHUP; a program started so never sees them.
    private static bool IsIgnored(string signal)
    {
        int number =
            signal == Signals.Interrupt ? 2
            : signal == Signals.HangUp ? 1
            : 15;
        string mask = File.ReadLines("/proc/self/status").Single(line => line.StartsWith("SigIgn:", StringComparison.Ordinal));
        return (Convert.ToUInt64(mask.Split('\t')[1], 16) >> (number - 1) & 1) != 0;
    }

    private Outcome SignalledAtEpoch(int epoch, string signal)
    {
        if (OperatingSystem.IsLinux() && IsIgnored(signal))
        {
            Assert.Ignore($"SIG{signal} is ignored by what started the tests");
        }

        using Process process = workspace.Start(workspace.Small("train", Long));
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        var error = new StringBuilder();
        while (process.StandardError.ReadLine() is { } line)
        {
            error.AppendLine(line);
            if (line.Contains(FormattableString.Invariant($"epoch {epoch}:"), StringComparison.Ordinal))
            {
                Signals.Send(process, signal);
            }
        }

        process.WaitForExit();
        return new Outcome(process.ExitCode, output.GetAwaiter().GetResult(), error.ToString());
    }
}
