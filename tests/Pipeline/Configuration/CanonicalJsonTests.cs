using System.ComponentModel;
using CranePipeline.Configuration;
using CranePipeline.Training;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Configuration;

public sealed class CanonicalJsonTests
{
    [Test]
    public void Names_are_sorted_defaults_written_and_nulls_left_out()
    {
        Assert.That(
            CanonicalJson.Of(
                new TestTrain
                {
                    RebuildEvery = null,
                    Weights = new Dictionary<string, double> { ["b"] = 1, ["a"] = 0.1 },
                }
            ),
            Is.EqualTo(
                """{"batchSize":10,"correlation":"linear","cutoffs":[10,20],"learningRate":0.001,"projectionInit":"xavier","rounds":3,"temperature":0.1,"trainFeatures":false,"weights":{"a":0.1,"b":1}}"""
            )
        );
    }

    [Test]
    public void Numbers_have_one_form_and_texts_are_escaped()
    {
        Assert.That(CanonicalJson.Of(new[] { -0d, 1.0, 1e-9, 0.1 + 0.2 }), Is.EqualTo("[0,1,1E-09,0.30000000000000004]"));
        Assert.That(CanonicalJson.Of("a\"b\\c\n\u00e9"), Is.EqualTo("\"a\\\"b\\\\c\\u000a\u00e9\""));
        Assert.That(
            CanonicalJson.Of(new { B = TestCorrelation.EntityWise, A = new TestFile("x", 3) }),
            Is.EqualTo("""{"a":{"optional":false,"path":"x","size":3},"b":"entityWise"}""")
        );
    }

    [Test]
    public void A_setting_that_a_later_version_brought_changes_no_key_until_it_is_used()
    {
        var now = new WithNewSetting { Rounds = 3 };
        Assert.Multiple(() =>
        {
            Assert.That(CanonicalJson.ForKeys(now), Is.EqualTo(CanonicalJson.ForKeys(new { Rounds = 3 })));
            Assert.That(CanonicalJson.ForKeys(new[] { new { Inner = now } }), Is.EqualTo("""[{"inner":{"rounds":3}}]"""));
            Assert.That(CanonicalJson.ForKeys(now with { Decay = 0.5 }), Is.EqualTo("""{"decay":0.5,"rounds":3}"""));
            Assert.That(CanonicalJson.Of(now), Is.EqualTo("""{"decay":1,"rounds":3}"""), "what is printed has all");
        });
    }

    [Test]
    public void The_step_sizes_decay_is_such_a_setting()
    {
        string plain = CanonicalJson.ForKeys(new TrainerOptions());
        Assert.Multiple(() =>
        {
            Assert.That(plain, Does.Not.Contain("learningRateDecay").And.Contain("\"learningRate\":0.001"));
            Assert.That(CanonicalJson.ForKeys(new TrainerOptions { LearningRateDecay = 0.98 }), Is.Not.EqualTo(plain));
        });
    }

    [Test]
    public void What_is_not_a_setting_is_refused()
    {
        Assert.That(() => CanonicalJson.Of(new { Now = DateTime.UnixEpoch }), Throws.ArgumentException);
    }

    [Test]
    public void A_default_written_out_changes_nothing()
    {
        using var folder = new TemporaryFolder(("pipeline.yaml", ""), ("models/crane.yaml", ""), ("datasets/a.yaml", ""));
        string Canonical(params string[] settings) =>
            CanonicalJson.Of(
                ConfigurationLoader
                    .Load<TestSettings>(
                        new ConfigurationRequest
                        {
                            Folder = folder.Path,
                            Dataset = "a",
                            Overrides = [.. settings.Select(SettingOverride.Parse)],
                        }
                    )
                    .Settings
            );
        Assert.That(
            Canonical("train.rounds=3", "train.learningRate=1.0e-3", "train.temperature=0.10", "evaluate.cutoffs=[5,10]"),
            Is.EqualTo(Canonical())
        );
        Assert.That(Canonical("train.rounds=4"), Is.Not.EqualTo(Canonical()));
    }

    private sealed record WithNewSetting
    {
        public int Rounds { get; init; }

        [DefaultValue(1.0)]
        public double Decay { get; init; } = 1;
    }
}
