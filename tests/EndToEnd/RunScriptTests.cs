namespace CranePipeline.EndToEnd.Tests;

/// <summary>run.ps1 itself, under PowerShell, on a copy of the sources that it builds.</summary>
public sealed class RunScriptTests
{
    private const string Small =
        "-Dataset sample -Seed 9 -Set generate.users=300,generate.items=120,generate.interactions=3000,"
        + "generate.malformedLines=0,modalities.visual.reduce=64,train.epochs=1";

    private RunScript script = null!;

    [OneTimeSetUp]
    public void Copy()
    {
        RunScript.RequirePowerShell();
        script = new RunScript();
    }

    [OneTimeTearDown]
    public void Clean() => script?.Dispose();

    [Test]
    public void Paths_are_those_of_the_callers_folder_and_a_summary_can_be_piped()
    {
        Outcome outcome = script.Run(
            $$"""
            $last = & $script -Stage all {{Small}} -Store 'my store' -Data './raw, files' -Json | Select-Object -Last 1 | ConvertFrom-Json
            "seed $(($last.stages | Where-Object stage -eq train).seed) recall $($last.metrics.'recall@20' -gt 0)"
            & $script -Stage recommend {{Small}} '--store=my store' -Data './raw, files' -Output 'the lists.csv' --log 'the logs'
            "now in $PWD"
            """
        );

        Assert.That(outcome.ExitCode, Is.Zero, outcome.Output + outcome.Error);
        Assert.That(outcome.Output, Does.Contain("seed 9 recall True"));
        Assert.That(Path.Combine(script.Elsewhere, "my store", "sample", "train"), Does.Exist);
        Assert.That(Path.Combine(script.Elsewhere, "raw, files", "sample"), Does.Exist);
        Assert.That(Path.Combine(script.Elsewhere, "the lists.csv"), Does.Exist);
        Assert.That(Path.Combine(script.Elsewhere, "the logs"), Does.Exist);
        Assert.That(outcome.Output, Does.Contain($"now in {script.Elsewhere}"), "the caller's folder is left as it was");
    }

    [Test]
    public void What_is_not_given_is_the_repositorys_wherever_it_is_started_from()
    {
        Outcome outcome = script.Run($"& $script -Stage split {Small}");

        Assert.That(outcome.ExitCode, Is.Zero, outcome.Output + outcome.Error);
        Assert.That(Path.Combine(script.Root, "store", "sample", "split"), Does.Exist);
        Assert.That(Path.Combine(script.Root, "data", "raw", "sample"), Does.Exist);
        Assert.That(Path.Combine(script.Elsewhere, "store"), Does.Not.Exist);
        Assert.That(Path.Combine(script.Elsewhere, "data"), Does.Not.Exist);
    }

    [Test]
    public void Lists_settings_and_switches_arrive()
    {
        Outcome outcome = script.Run(
            """
            & $script -Stage config -Dataset sample -Model lightgcn -Preset default -Seed 9,672 -Device cpu -Engine local `
                -Threads 2 -Set seeds=7,8,train.epochs=3,train.patience=2 -Conf (Join-Path (Split-Path $script) conf) -Verbose
            & $script --stage config --dataset sample --set 'title=a, "quoted" name'
            """
        );

        Assert.That(outcome.Output + outcome.Error, Does.Contain("train.patience").Or.Contain("patience"));
        Assert.That(outcome.Output, Does.Match(@"epochs:?\s+3"));
    }

    [TestCase("-Stage all -Dataset sample -Set train.ronds=2", 1, "train.ronds")]
    [TestCase("-Stagge all", 2, "Stagge")]
    public void The_programs_exit_code_and_its_one_line_are_the_scripts(string arguments, int code, string named)
    {
        Outcome outcome = script.Run($"& $script {arguments}");

        Assert.That(outcome.ExitCode, Is.EqualTo(code), outcome.Output + outcome.Error);
        Assert.That(outcome.Error.Trim().Split('\n'), Has.Length.EqualTo(1), outcome.Error);
        Assert.That(outcome.Error, Does.Contain("error: ").And.Contain(named));
    }

    [Test]
    public void TorchSharp_on_the_processor_is_built_apart_and_trains()
    {
        Outcome outcome = script.Run($"& $script -Stage compare-engines {Small} -Device torch-cpu -Store torch -Data torch-data");

        Assert.That(
            Path.Combine(script.Root, "pipeline", "bin", "torch-cpu", "Release"),
            Does.Exist,
            outcome.Output + outcome.Error
        );
        if (outcome.ExitCode == 1 && outcome.Error.Contains("TorchSharp", StringComparison.Ordinal))
        {
            Assert.That(
                outcome.Error,
                Does.Contain("error: -Device torch-cpu: TorchSharp").And.Contain("-Device cpu does without")
            );
            Assert.Ignore(outcome.Error.Trim());
        }

        Assert.That(outcome.ExitCode, Is.Zero, outcome.Output + outcome.Error);
        Assert.That(outcome.Output, Does.Contain("cpu and torch-cpu with the same initial values"));
    }

    [Test]
    public void A_build_that_fails_is_told_with_the_compilers_lines()
    {
        string source = Path.Combine(script.Root, "pipeline", "Broken.cs");
        File.WriteAllText(source, "this is not C#");
        try
        {
            Outcome outcome = script.Run("& $script -Stage config -Dataset sample");

            Assert.That(outcome.ExitCode, Is.EqualTo(1), outcome.Output);
            Assert.That(outcome.Error, Does.Contain("Broken.cs").And.Contain("error: the build failed; the lines above say why"));
            Assert.That(outcome.Output, Is.Empty);
        }
        finally
        {
            File.Delete(source);
        }
    }

    [Test]
    public void Only_what_changed_is_built()
    {
        // Where MSBuild's own files are looked for; with it no build works.
        const string NoBuild = "$env:MSBuildSDKsPath = Join-Path $PWD nowhere";
        string source = Path.Combine(script.Root, "src", "Tables", "Added.cs");

        Outcome first = script.Run("& $script -Version");
        Outcome unchanged = script.Run($"{NoBuild}\n& $script -Version");
        File.WriteAllText(source, "namespace CranePipeline;\n");
        Outcome added = script.Run($"{NoBuild}\n& $script -Version");
        Outcome rebuilt = script.Run("& $script -Version");
        Outcome again = script.Run($"{NoBuild}\n& $script -Version");
        File.Delete(source);
        Outcome removed = script.Run($"{NoBuild}\n& $script -Version");

        Assert.That(first.ExitCode, Is.Zero, first.Error);
        Assert.That(unchanged.Output, Is.EqualTo(first.Output), unchanged.Error);
        Assert.That(added.Error, Does.Contain("error: the build failed"));
        Assert.That(rebuilt.ExitCode, Is.Zero, rebuilt.Error);
        Assert.That(again.Output, Is.EqualTo(first.Output), again.Error);
        Assert.That(removed.Error, Does.Contain("error: the build failed"));
    }

    [Test]
    public void Without_dotnet_one_line_says_where_to_get_it()
    {
        Outcome outcome = script.Run(
            """
            $env:PATH = ''
            $env:DOTNET_ROOT = ''
            $env:ProgramFiles = $PWD
            Set-Variable -Name HOME -Value "$PWD" -Force
            & $script -Stage all -Dataset sample
            """
        );

        Assert.That(outcome.ExitCode, Is.EqualTo(1), outcome.Output + outcome.Error);
        Assert.That(outcome.Error.Trim().Split('\n'), Has.Length.EqualTo(1), outcome.Error);
        Assert.That(outcome.Error, Does.Contain("error: dotnet was not found").And.Contain("https://dotnet.microsoft.com/"));
    }

    [Test]
    public void Help_describes_every_parameter()
    {
        Outcome outcome = script.Run(
            """
            $help = Get-Help $script -Full
            $help.Synopsis
            $missing = (Get-Command $script).Parameters.Keys |
                Where-Object { $_ -notin [System.Management.Automation.PSCmdlet]::CommonParameters } |
                Where-Object { -not ($help.parameters.parameter | Where-Object name -eq $_).description.Text }
            "missing: $($missing -join ' ')."
            "examples: $(@($help.examples.example).Count)"
            "exit codes: $(($help.description.Text -join ' ') -match '0 done, 1 .*, 2 wrong usage')"
            & $script -Help
            & $script -Version
            """
        );

        Assert.That(outcome.ExitCode, Is.Zero, outcome.Output + outcome.Error);
        Assert.That(outcome.Output, Does.Contain("missing: .").And.Match("examples: [3-9]").And.Contain("exit codes: True"));
        Assert.That(outcome.Output, Does.Contain("compare-engines").And.Match(@"\n\d+\.\d+\.\d+"));
    }

    [Test]
    public void Tab_completes_names()
    {
        (string Typed, string Completed)[] cases =
        [
            ("-Stage ev", "evaluate"),
            ("-Stage ingest,spl", "split"),
            ("-Dataset tik", "tiktok"),
            ("-Model li", "lightgcn"),
            ("-Sweep abl", "ablations"),
            ("-Benchmark qui", "quick"),
            ("-Device tor", "torch-cpu"),
        ];
        Outcome outcome = script.Run(
            $$"""
            & $script -Version | Out-Null
            Set-Location -LiteralPath (Split-Path $script)
            foreach ($typed in {{string.Join(", ", cases.Select(one => RunScript.Quoted(one.Typed)))}}) {
                $line = "./run.ps1 $typed"
                "$typed = $((TabExpansion2 -inputScript $line -cursorColumn $line.Length).CompletionMatches.CompletionText -join ' ')"
            }
            """
        );

        string[] lines = [.. outcome.Output.Split('\n').Select(static line => line.Trim())];
        Assert.Multiple(() =>
        {
            foreach ((string typed, string completed) in cases)
            {
                string? answer = Array.Find(lines, line => line.StartsWith($"{typed} = ", StringComparison.Ordinal));
                Assert.That(answer?.Split(' '), Does.Contain(completed), outcome.Output + outcome.Error);
            }
        });
    }
}
