using System.Diagnostics;

namespace CranePipeline.EndToEnd.Tests;

/// <summary>A copy of the repository's sources in which run.ps1 builds, and PowerShell to start it with.</summary>
internal sealed class RunScript : IDisposable
{
    private static readonly string[] Folders = ["pipeline", "src", "conf"];
    private static readonly string[] Patterns = ["*.ps1", "*.props", "*.targets", "*.json", ".editorconfig", ".globalconfig"];

    public RunScript()
    {
        Root = Directory.CreateTempSubdirectory("crane script ").FullName;
        foreach (string file in Patterns.SelectMany(pattern => Directory.GetFiles(Workspace.Repository, pattern)))
        {
            File.Copy(file, Path.Combine(Root, Path.GetFileName(file)));
        }

        foreach (string folder in Folders)
        {
            Copy(Path.Combine(Workspace.Repository, folder), Path.Combine(Root, folder));
        }

        Elsewhere = Directory.CreateDirectory(Path.Combine(Root, "some one's folder")).FullName;
    }

    /// <summary>The copy's folder, whose name has a space.</summary>
    public string Root { get; }

    /// <summary>A folder that a caller may be in; its name has spaces and a quote.</summary>
    public string Elsewhere { get; }

    /// <summary>Skips the tests, which are counted, where no PowerShell is to be had: dotnet tool restore brings one.</summary>
    public static void RequirePowerShell()
    {
        if (Wait(PowerShell(Workspace.Repository, ["-Version"])).ExitCode != 0)
        {
            Assert.Ignore("PowerShell is not here; dotnet tool restore brings it");
        }
    }

    /// <summary>Runs lines of PowerShell in a folder; the exit code is that of their last program.</summary>
    public Outcome Run(string lines, string? folder = null)
    {
        string call = Path.Combine(Root, "call.ps1");
        File.WriteAllText(
            call,
            $"Set-Location -LiteralPath {Quoted(folder ?? Elsewhere)}\n$script = {Quoted(Path.Combine(Root, "run.ps1"))}\n{lines}\nexit $LASTEXITCODE\n"
        );
        return Wait(PowerShell(Workspace.Repository, ["-NoLogo", "-NoProfile", "-NonInteractive", "-File", call]));
    }

    public static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static ProcessStartInfo PowerShell(string folder, string[] arguments)
    {
        ProcessStartInfo start = Workspace.Captured("dotnet", folder, ["tool", "run", "pwsh", "--", .. arguments]);
        start.Environment["NO_COLOR"] = "1";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        return start;
    }

    private static Outcome Wait(ProcessStartInfo start) => Workspace.Wait(Process.Start(start)!);

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        foreach (string folder in Directory.GetDirectories(from))
        {
            string name = Path.GetFileName(folder);
            if (name is not ("bin" or "obj"))
            {
                Copy(folder, Path.Combine(to, name));
            }
        }
    }
}
