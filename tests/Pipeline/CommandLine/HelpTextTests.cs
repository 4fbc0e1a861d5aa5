using CranePipeline.CommandLine;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.CommandLine;

public sealed class HelpTextTests
{
    private static readonly string[] Lines = HelpText.For(KnownStages.Some).Split('\n');

    [Test]
    public void No_line_is_wider_than_80_columns_or_ends_in_a_space()
    {
        Assert.That(Lines.Select(line => line.Length), Is.All.LessThanOrEqualTo(80));
        Assert.That(Lines.Where(line => line.EndsWith(' ')), Is.Empty);
    }

    [Test]
    public void It_lists_the_stages_and_parameters_this_version_has_and_no_others()
    {
        var text = string.Join('\n', Lines);
        Assert.Multiple(() =>
        {
            foreach (var stage in KnownStages.Some)
            {
                Assert.That(Lines, Has.Some.StartsWith($"  {stage.Name} "));
            }
            Assert.That(
                text,
                Does.Contain("-Rankings FILE")
                    .And.Not.Contain("-Keep")
                    .And.Not.Contain("-Stage recommend")
                    .And.Not.Contain("lineage")
            );
            Assert.That(text, Does.Contain("Run ingest, train, evaluate."));
        });
    }

    [Test]
    public void Every_example_parses()
    {
        var examples = Lines
            .Select(line => line.Trim())
            .Where(line =>
                line.StartsWith("./run.ps1 -Stage ", StringComparison.Ordinal)
                && !line.Contains("STAGE", StringComparison.Ordinal)
            )
            .ToList();
        Assert.That(examples, Has.Count.GreaterThanOrEqualTo(4));
        foreach (var example in examples)
        {
            Assert.That(() => CommandLineParser.Parse(example.Split(' ')[1..], KnownStages.Some), Throws.Nothing, example);
        }
    }
}
