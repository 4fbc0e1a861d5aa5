using System.Globalization;
using System.Runtime.InteropServices;

namespace CranePipeline.Operations;

/// <summary>
/// The wish that a run stops: SIGINT, SIGTERM and SIGHUP, and the end of <c>-MaxMinutes</c>. The first signal asks the work to finish or
/// drop what it is at and training to write a checkpoint; where that takes longer than <see cref="Grace"/> the process ends without it,
/// which costs no more than a kill. A second signal ends the process at once.
/// </summary>
internal sealed class StopRequest : IDisposable
{
    /// <summary>How long the work has after a signal. Service managers and terminals wait for five seconds and more.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(4);

    private const int HangUpSignal = 1;

    // What a timer can wait for at most.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private readonly CancellationTokenSource now = new();
    private readonly CancellationTokenSource pause = new();
    private readonly List<PosixSignalRegistration> registrations = [];
    private readonly Lock sync = new();
    private Timer? deadline;
    private Timer? overdue;
    private int exitCode;

    private StopRequest() { }

    /// <summary>Called on a thread of its own where the work goes on long after the first signal.</summary>
    public Action? Overdue { get; set; }

    /// <summary>Set at the first signal: whoever works stops.</summary>
    public CancellationToken Now => now.Token;

    /// <summary>Set at the first signal, and when the time is up: whoever can go on later from where it is stops.</summary>
    public CancellationToken Pause => pause.Token;

    /// <summary>The exit code of a run that stops for this wish.</summary>
    public int ExitCode => exitCode == 0 ? ExitCodes.Interrupted : exitCode;

    /// <summary>Takes the signals over from the system, which would end the process.</summary>
    public static StopRequest Listen()
    {
        var request = new StopRequest();
        request.Register(PosixSignal.SIGINT, ExitCodes.Interrupted);
        request.Register(PosixSignal.SIGTERM, ExitCodes.Terminated);
        // Under nohup it is ignored, and stays so.
        if (!IsIgnored(HangUpSignal))
        {
            request.Register(PosixSignal.SIGHUP, ExitCodes.HangUp);
        }

        return request;
    }

    /// <summary>Asks for a pause after a time; one of more than seven weeks is for ever.</summary>
    public void PauseAfter(TimeSpan time)
    {
        if (time <= TimeSpan.Zero)
        {
            TimeIsUp();
            return;
        }

        if (time <= Longest)
        {
            deadline = new Timer(_ => TimeIsUp(), null, time, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>What a signal of this exit code does.</summary>
    /// <returns>Whether it was the first, so that the process goes on for now.</returns>
    public bool Signal(int code)
    {
        lock (sync)
        {
            if (now.IsCancellationRequested)
            {
                return false;
            }

            exitCode = code;
            overdue = new Timer(_ => Overdue?.Invoke(), null, Grace, Timeout.InfiniteTimeSpan);
        }

        // Not under the lock: whoever waits for these tokens runs here.
        now.Cancel();
        pause.Cancel();
        return true;
    }

    /// <summary>Gives the signals back to the system.</summary>
    public void Dispose()
    {
        registrations.ForEach(registration => registration.Dispose());
        overdue?.Dispose();
        deadline?.Dispose();
        now.Dispose();
        pause.Dispose();
    }

    private void TimeIsUp()
    {
        Interlocked.CompareExchange(ref exitCode, ExitCodes.TimeIsUp, 0);
        pause.Cancel();
    }

    private void Register(PosixSignal signal, int code) =>
        registrations.Add(
            PosixSignalRegistration.Create(
                signal,
                context =>
                {
                    context.Cancel = true;
                    if (!Signal(code))
                    {
                        Environment.Exit(code);
                    }
                }
            )
        );

    /// <summary>Whether the process was started with a signal ignored; told on Linux only.</summary>
    private static bool IsIgnored(int signal)
    {
        try
        {
            string? mask = File.ReadLines("/proc/self/status")
                .FirstOrDefault(line => line.StartsWith("SigIgn:", StringComparison.Ordinal));
            return mask is not null
                && ulong.TryParse(mask[7..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong bits)
                && ((bits >> (signal - 1)) & 1) == 1;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
