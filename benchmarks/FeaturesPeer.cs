using System.Diagnostics;

namespace CranePipeline.Benchmarks;

/// <summary>
/// A Python process that has its data ready and does its work whenever it is asked to, so that both sides are timed alike.
/// </summary>
internal sealed class FeaturesPeer : IDisposable
{
    private readonly Process process;

    /// <param name="setup">Statements run once.</param>
    /// <param name="work">Statements run at each request.</param>
    internal FeaturesPeer(string setup, string work)
    {
        string body = string.Join('\n', work.Split('\n').Select(line => "    " + line));
        string script =
            $"import sys\n{setup}\nprint('ready', flush=True)\nfor line in sys.stdin:\n{body}\n    print('done', flush=True)\n";
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("PYTHON") ?? "python3")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(script);
        process = Process.Start(start)!;
        Expect("ready");
    }

    internal void Run()
    {
        process.StandardInput.WriteLine("go");
        process.StandardInput.Flush();
        Expect("done");
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }

    private void Expect(string word)
    {
        if (process.StandardOutput.ReadLine() != word)
        {
            throw new InvalidOperationException("The Python side failed; it needs numpy and scikit-learn.");
        }
    }
}
