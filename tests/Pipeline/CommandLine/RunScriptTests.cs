using System.Text.RegularExpressions;
using CranePipeline.CommandLine;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.CommandLine;

/// <summary>PowerShell declares parameters statically, so the script repeats the program's; this keeps the two together.</summary>
public sealed partial class RunScriptTests
{
    // PowerShell gives every advanced script these itself, and forbids declaring them.
    private static readonly string[] Common = ["Verbose", "Debug"];

    private static readonly string Script = File.ReadAllText(Path.Combine(Repository.Root, "run.ps1"));

    [Test]
    public void The_script_declares_the_programs_parameters_with_their_arities()
    {
        var block = Script[
            Script.IndexOf("param(", StringComparison.Ordinal)..Script.IndexOf("Set-StrictMode", StringComparison.Ordinal)
        ];
        var declared = Declaration()
            .Matches(block)
            .Select(match => $"{match.Groups["type"].Value} {match.Groups["name"].Value}")
            .Where(text => text != "string[] Rest");
        var expected = KnownOptions
            .All.Where(option => !Common.Contains(option.Name))
            .Select(option =>
                option.Arity switch
                {
                    OptionArity.Flag => "switch ",
                    OptionArity.Single => "string ",
                    _ => "string[] ",
                } + option.Name
            );
        Assert.That(declared, Is.EqualTo(expected));
    }

    [Test]
    public void The_script_passes_every_parameter_on()
    {
        var run = Script[Script.IndexOf("# -- run", StringComparison.Ordinal)..];
        var passed = Lists()
            .Matches(run)
            .SelectMany(match => Name().Matches(match.Value))
            .Select(match => match.Groups[1].Value)
            .Append("Set");
        Assert.That(run, Does.Contain("-Set:$setting"));
        Assert.That(passed, Is.EquivalentTo(KnownOptions.All.Select(option => option.Name)));
    }

    [Test]
    public void The_script_returns_the_programs_exit_code() => Assert.That(Script.TrimEnd(), Does.EndWith("exit $LASTEXITCODE"));

    [GeneratedRegex(@"\[(?<type>[a-z]+(\[\])?)\] \$(?<name>[A-Za-z]+)")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"foreach \(\$name in (?<names>[^)]*)\)")]
    private static partial Regex Lists();

    [GeneratedRegex("'([A-Za-z]+)'")]
    private static partial Regex Name();
}
