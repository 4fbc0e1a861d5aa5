using CranePipeline.Configuration;
using CranePipeline.Tables;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Configuration;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ConfigurationLoaderTests : ConfigurationFixture
{
    [Test]
    public void Each_layer_overlays_the_one_before_setting_by_setting()
    {
        var loaded = Load("tiktok");
        var train = loaded.Settings.Train;
        Assert.Multiple(() =>
        {
            Assert.That(loaded.Settings.Threads, Is.EqualTo(2));
            Assert.That(train.Rounds, Is.EqualTo(4), "the family's preset is over the model, the model over pipeline.yaml");
            Assert.That(train.LearningRate, Is.EqualTo(0.01));
            Assert.That(train.Correlation, Is.EqualTo(TestCorrelation.Feature));
            Assert.That(train.TrainFeatures, Is.True);
            Assert.That(train.Temperature, Is.EqualTo(0.1f));
            Assert.That(loaded.OriginOf("train.rounds").ToString(), Is.EqualTo(Folder.File("models/crane.yaml") + ":9"));
            Assert.That(loaded.OriginOf("train.trainFeatures").ToString(), Is.EqualTo(Folder.File("pipeline.yaml") + ":4"));
            Assert.That(loaded.OriginOf("train.temperature"), Is.EqualTo(SettingOrigin.Default));
        });
    }

    [Test]
    public void The_data_set_binds_nested_records_lists_and_dictionaries()
    {
        var dataset = Load("tiktok").Settings.Dataset;
        Assert.Multiple(() =>
        {
            Assert.That(dataset.Name, Is.EqualTo("tiktok"));
            Assert.That(dataset.Title, Is.EqualTo("TikTok: short videos"));
            Assert.That(
                dataset.Files,
                Is.EqualTo(new[] { new TestFile("tiktok.inter", 1_000_000), new TestFile("b.npy", null, true) })
            );
            Assert.That(
                dataset.Modalities.Keys,
                Is.EqualTo(new[] { "audio", "visual" }),
                "in ordinal order, whatever the file's"
            );
            Assert.That(dataset.Modalities["audio"].Width, Is.EqualTo(128));
            Assert.That(dataset.Modalities["visual"].Source, Is.EqualTo(TestSource.Npy));
            // A default that differs from its type's own default stays under a partial override.
            Assert.That(
                dataset.Modalities["visual"].Reduction,
                Is.EqualTo(new TestReduction { Dimension = 384, Center = false })
            );
            Assert.That(dataset.Generate, Is.Null);
        });
    }

    [Test]
    public void The_command_line_is_over_every_file_and_chooses_model_and_preset()
    {
        var loaded = Load("baby", "preset=paper", "seeds=[1, 2]", "train.weights={text: 0.5}", "modalities.x.path=*.gz");
        Assert.Multiple(() =>
        {
            Assert.That(loaded.Settings.Preset, Is.EqualTo("paper"));
            Assert.That(loaded.Settings.Train.Rounds, Is.EqualTo(6));
            Assert.That(loaded.Settings.Train.Temperature, Is.EqualTo(0.6f));
            Assert.That(loaded.Settings.Seeds, Is.EqualTo(new long[] { 1, 2 }));
            Assert.That(loaded.Settings.Train.Weights!["text"], Is.EqualTo(0.5));
            Assert.That(loaded.Settings.Dataset.Modalities["x"].Path, Is.EqualTo("*.gz"));
            Assert.That(loaded.OriginOf("seeds").ToString(), Is.EqualTo("-Set seeds"));
            Assert.That(loaded.OriginOf("name").ToString(), Is.EqualTo("-Dataset"));
        });
        Assert.That(Load("baby", "model=plain").Settings.Train.Rounds, Is.EqualTo(7));
        Assert.That(Load("baby", "seeds=9,672").Settings.Seeds, Is.EqualTo(new long[] { 9, 672 }));
        Assert.That(Load("baby", "seeds=5").Settings.Seeds, Is.EqualTo(new long[] { 5 }));
    }

    [Test]
    public void A_setting_that_may_follow_from_the_data_is_a_number_or_auto()
    {
        Assert.That(Load("tiktok").Settings.Train.BatchSize, Is.EqualTo(10));
        Assert.That(Load("tiktok", "train.batchSize=7").Settings.Train.BatchSize, Is.EqualTo(7));
        var loaded = Load("tiktok", "train.batchSize=auto");
        Assert.That(loaded.Settings.Train.BatchSize, Is.Null);
        Assert.That(SettingsPrinter.Yaml(loaded), Does.Match("\n  batchSize: auto +# -Set train.batchSize\n"));
        Assert.That(CanonicalJson.Of(loaded.Settings), Is.Not.EqualTo(CanonicalJson.Of(Load("tiktok").Settings)));
    }

    [Test]
    public void Null_takes_a_setting_or_a_modality_away()
    {
        var loaded = Load("tiktok", "modalities.audio=null", "train.rebuildEvery=null");
        Assert.That(loaded.Settings.Dataset.Modalities.Keys, Is.EqualTo(new[] { "visual" }));
        Assert.That(loaded.Settings.Train.RebuildEvery, Is.Null);
        Assert.That(
            Errors("tiktok", "train.rounds=null"),
            Is.EqualTo(new[] { "-Set train.rounds: 'train.rounds' must be a whole number, not 'null'" })
        );
    }

    [Test]
    public void Settings_classes_bind_as_records_do()
    {
        var evaluate = Load("tiktok", "evaluate.cutoffs=[1, 3]", "evaluate.note=hello").Settings.Evaluate;
        Assert.That(evaluate.Cutoffs, Is.EqualTo(new[] { 1, 3 }));
        Assert.That(evaluate.Note, Is.EqualTo("hello"));
        Assert.That(Load("tiktok").Settings.Evaluate.Cutoffs, Is.EqualTo(new[] { 5, 10 }));
    }

    [Test]
    public void A_models_own_name_is_not_the_data_sets()
    {
        var loaded = Load(null, "model=plain");
        Assert.That(loaded.Settings.Dataset.Name, Is.Empty);
        Assert.That(loaded.Settings.Dataset.Title, Is.Null);
        Folder.Write("models/plain.yaml", "name: other\n");
        Assert.That(
            Errors(null, "model=plain").Single(),
            Does.EndWith("models/plain.yaml:1: 'name' is 'other', but the file is called plain.yaml; make them the same")
        );
    }

    [Test]
    public void Without_a_data_set_the_other_settings_load()
    {
        Assert.That(Load(null).Settings.Train.Rounds, Is.EqualTo(2));
    }

    [Test]
    public void Anchors_stand_for_what_they_name()
    {
        Folder.Write("datasets/baby.yaml", "modalities:\n  a: &one {path: x}\n  b: *one\n");
        Assert.That(Load("baby").Settings.Dataset.Modalities["b"].Path, Is.EqualTo("x"));
    }
}
