using System.Diagnostics;
using System.Globalization;

namespace CranePipeline.EndToEnd.Tests;

/// <summary>Sends signals to processes, as a service manager or a terminal does.</summary>
internal static class Signals
{
    public const string Kill = "KILL";
    public const string Terminate = "TERM";
    public const string Interrupt = "INT";
    public const string HangUp = "HUP";

    public static void Send(Process process, string signal)
    {
        if (OperatingSystem.IsWindows() || signal == Kill)
        {
            process.Kill(entireProcessTree: true);
            return;
        }

        using Process sent = Process.Start(
            new ProcessStartInfo("/bin/sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -{signal} {process.Id}")])
            {
                RedirectStandardError = true,
            }
        )!;
        sent.WaitForExit();
    }
}
