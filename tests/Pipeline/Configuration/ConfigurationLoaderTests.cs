using System.Text;
using CranePipeline.Configuration;
using CranePipeline.Tables;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Configuration;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ConfigurationLoaderTests : IDisposable
{
    private const string Crane = """
        train:
          rounds: 2
          learningRate: 0.01
        presets:
          default:
            all:
              correlation: feature
            tok:
              rounds: 4
          paper:
            all: {rounds: 5, correlation: linear}
            baby: {rounds: 6}
        """;

    private readonly TemporaryFolder _folder = new TemporaryFolder(
        ("pipeline.yaml", "threads: 2\ntrain:\n  rounds: 1\n  trainFeatures: on\n"),
        ("models/crane.yaml", Crane),
        ("models/plain.yaml", "name: plain\ntitle: Plain\ntrain:\n  rounds: 7\n"),
        (
            "datasets/tiktok.yaml",
            """
            name: tiktok
            title: "TikTok: short videos"
            family: tok
            files:
              - path: tiktok.inter
                size: 1e6
              - {path: b.npy, optional: true}
            modalities:
              visual:
                source: npy
                path: image_feat.npy
                reduction: {center: false}
              audio: {source: npy, path: audio_feat.npy, width: 128}
            train:
              # nothing here but a comment
            """
        ),
        ("datasets/baby.yaml", "train:\n  temperature: .6\n")
    );

    public void Dispose() => _folder.Dispose();

    private LoadedConfiguration<TestSettings> Load(string? dataset, params string[] settings) =>
        ConfigurationLoader.Load<TestSettings>(
            new ConfigurationRequest
            {
                Folder = _folder.Path,
                Dataset = dataset,
                Overrides = [.. settings.Select(SettingOverride.Parse)],
            }
        );

    private string[] Errors(string? dataset, params string[] settings) =>
        Assert.Throws<InputException>(() => Load(dataset, settings))!.Message.Split('\n');

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
            Assert.That(loaded.OriginOf("train.rounds").ToString(), Is.EqualTo(_folder.File("models/crane.yaml") + ":9"));
            Assert.That(loaded.OriginOf("train.trainFeatures").ToString(), Is.EqualTo(_folder.File("pipeline.yaml") + ":4"));
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
        _folder.Write("models/plain.yaml", "name: other\n");
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

    [TestCase("modalties: {}", "unknown setting 'modalties'; did you mean 'modalities'?")]
    [TestCase("train: {lerningRate: 1}", "unknown setting 'train.lerningRate'; did you mean 'train.learningRate'?")]
    [TestCase("rounds: 3", "unknown setting 'rounds'; did you mean 'train.rounds'?")]
    [TestCase(
        "zzz: 3",
        "unknown setting 'zzz'; the top level has model, preset, seeds, threads, data, name, title, family, files, modalities, generate, train, evaluate"
    )]
    [TestCase("train: {rounds: three}", "'train.rounds' must be a whole number, not 'three'")]
    [TestCase("train: {rounds: 1.5}", "'train.rounds' must be a whole number, not '1.5'")]
    [TestCase("train: {rounds: \"3\"}", "'train.rounds' must be a whole number, not the text \"3\"")]
    [TestCase("train: {rounds: [3]}", "'train.rounds' must be a whole number, not a list")]
    [TestCase("train: {rounds: 99999999999}", "'train.rounds' must be a whole number, not '99999999999'")]
    [TestCase("train: {rounds: 11}", "'train.rounds' is 11, but must be between 1 and 10")]
    [TestCase("train: {learningRate: 0}", "'train.learningRate' is 0, but must be greater than 0 and at most 1")]
    [TestCase("train: {learningRate: .nan}", "'train.learningRate' must be a number, not '.nan'")]
    [TestCase("train: {trainFeatures: maybe}", "'train.trainFeatures' must be true or false, not 'maybe'")]
    [TestCase(
        "train: {correlation: liner}",
        "'train.correlation' cannot be 'liner'; did you mean 'linear'? It is one of linear, feature, entityWise"
    )]
    [TestCase(
        "train: {projectionInit: pcaa}",
        "'train.projectionInit' cannot be 'pcaa'; did you mean 'pca'? It is one of xavier, pca"
    )]
    [TestCase("train: {batchSize: automatic}", "'train.batchSize' must be a whole number or auto, not 'automatic'")]
    [TestCase("train: {batchSize: null}", "'train.batchSize' must be a whole number or auto, not 'null'")]
    [TestCase("train: {batchSize: [3]}", "'train.batchSize' must be a whole number or auto, not a list")]
    [TestCase("train: {batchSize: 0}", "'train.batchSize' is 0, but must be between 1 and 100")]
    [TestCase("train: {cutoffs: []}", "'train.cutoffs' must not be empty")]
    [TestCase("train: {cutoffs: [5, 0]}", "'train.cutoffs' is 0, but must be between 1 and 1000")]
    [TestCase("train: {cutoffs: [5, x]}", "'train.cutoffs[1]' must be a whole number, not 'x'")]
    [TestCase("train: 3", "'train' must be a section of 'name: value' lines, not '3'")]
    [TestCase("train: {rounds: 9}", "'train.rounds' cannot be 9 while features are trained")]
    [TestCase("generate: {users: 0}", "'generate.users' is 0, but must be at least 1")]
    [TestCase("generate: {users: 13}", "generate.users is 13: take another number")]
    [TestCase("generate: {name: A}", "'generate.name' is 'A', but must match ^[a-z]+$")]
    [TestCase("modalities: {text: {source: npy}}", "'modalities.text.path' is missing; it must be set")]
    [TestCase("modalities: {a/b: {path: x}}", "'modalities.a/b' is not a name; use letters, digits, '-' and '_'")]
    [TestCase("files: [{size: 3}]", "'files[0].path' is missing; it must be set")]
    [TestCase("name: other", "'name' is 'other', but the file is called baby.yaml; make them the same")]
    [TestCase("- a\n- b", "a settings file is made of 'name: value' lines")]
    public void A_mistake_is_one_line_with_file_and_line(string text, string message)
    {
        _folder.Write("datasets/baby.yaml", "# first\n\n" + text + "\n");
        Assert.That(Errors("baby"), Is.EqualTo(new[] { $"{_folder.File("datasets/baby.yaml")}:3: {message}" }));
    }

    [TestCase("a: 'x\nb: y\n", 1)]
    [TestCase("title: a\n\tfamily: b\n", 2)]
    [TestCase("title: a\n family: b\n", 2)]
    [TestCase("title: a\nfamily: b: c\n", 2)]
    [TestCase("train:\n  rounds: 3\n temperature: 1\n", 3)]
    [TestCase("title: [a\nfamily: b\n", 1)]
    [TestCase("title: a\nfamily: *b\n", 2)]
    [TestCase("title: @a\n", 1)]
    [TestCase("title: a\nfamily\nname: c\n", 2)]
    public void Text_that_is_no_yaml_is_named_with_its_line(string text, int line)
    {
        _folder.Write("datasets/baby.yaml", text);
        Assert.That(Errors("baby").Single(), Does.StartWith($"{_folder.File("datasets/baby.yaml")}:{line}: not valid YAML"));
    }

    [Test]
    public void Yaml_mistakes_name_their_line()
    {
        _folder.Write("datasets/baby.yaml", "title: a\ntrain: {rounds: 1\nmodalities: b");
        Assert.That(Errors("baby").Single(), Does.StartWith(_folder.File("datasets/baby.yaml") + ":2: not valid YAML"));
        _folder.Write("datasets/baby.yaml", "train:\n  rounds: 3\n  rounds: 4\n");
        Assert.That(
            Errors("baby").Single(),
            Is.EqualTo(
                $"{_folder.File("datasets/baby.yaml")}:3: 'rounds' is set twice in the same section, first at {_folder.File("datasets/baby.yaml")}:2; keep one"
            )
        );
        _folder.Write("datasets/baby.yaml", "title: a\n---\ntitle: b\n");
        Assert.That(Errors("baby").Single(), Does.Contain(":2: a settings file holds one document"));
    }

    [Test]
    public void All_mistakes_of_all_layers_are_told_at_once_even_those_another_layer_hides()
    {
        _folder.Write("pipeline.yaml", "thread: 2\ntrain:\n  rounds: many\n");
        _folder.Write("models/crane.yaml", Crane + "\n    tok: {rouds: 3}\n");
        var errors = Errors("tiktok", "train.correlation=nothing");
        Assert.That(
            errors,
            Is.EqualTo(
                new[]
                {
                    $"{_folder.File("pipeline.yaml")}:1: unknown setting 'thread'; did you mean 'threads'?",
                    $"{_folder.File("pipeline.yaml")}:3: 'train.rounds' must be a whole number, not 'many'",
                    $"{_folder.File("models/crane.yaml")}:13: unknown setting 'presets.paper.tok.rouds'; did you mean 'presets.paper.tok.rounds'?",
                    "-Set train.correlation: 'train.correlation' cannot be 'nothing'; it is one of linear, feature, entityWise",
                }
            )
        );
    }

    [Test]
    public void An_unknown_name_lists_the_nearest_and_all()
    {
        Assert.That(
            Errors("tiktock"),
            Is.EqualTo(new[] { "-Dataset: unknown data set 'tiktock'; did you mean 'tiktok'? There are baby, tiktok" })
        );
        Assert.That(Errors("zzzzzz"), Is.EqualTo(new[] { "-Dataset: unknown data set 'zzzzzz'; there are baby, tiktok" }));
        Assert.That(
            Errors("baby", "model=cranes"),
            Is.EqualTo(new[] { "-Set model: unknown model 'cranes'; did you mean 'crane'? There are crane, plain" })
        );
        Assert.That(
            Errors("baby", "preset=papers"),
            Is.EqualTo(new[] { "-Set preset: model 'crane' has no preset 'papers'; did you mean 'paper'? It has default, paper" })
        );
        Assert.That(Errors("baby", "model=plain", "preset=paper").Single(), Does.Contain("model 'plain' has no preset 'paper'"));
    }

    [Test]
    public void A_set_without_a_key_is_refused()
    {
        Assert.That(
            () => SettingOverride.Parse("train.rounds"),
            Throws.TypeOf<InputException>().With.Message.Contains("key=value")
        );
        Assert.That(() => SettingOverride.Parse("train..rounds=2"), Throws.TypeOf<InputException>());
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void Any_text_loads_or_is_refused_in_lines_that_name_the_file(int seed)
    {
        const string Good =
            "title: 'a'\nfiles: [{path: \"x\"}]\nmodalities:\n  t: &a {path: y}\n  u: *a\ntrain: {rounds: 3, cutoffs: [1, 2]}\n";
        const string Noise = "{}[]:,&*'\"\n\t #-?|>%@`!~a1\0";
        var random = new Random(seed);
        var text = new StringBuilder(Good);
        for (var i = random.Next(4); i >= 0; i--)
        {
            var at = random.Next(text.Length);
            _ = random.Next(3) switch
            {
                0 => text.Remove(at, 1),
                1 => text.Insert(at, Noise[random.Next(Noise.Length)]),
                _ => text.Remove(at, Math.Min(text.Length - at, random.Next(20))).Append(' '),
            };
        }
        _folder.Write("datasets/baby.yaml", text.ToString());
        try
        {
            Load("baby");
        }
        catch (InputException exception)
        {
            Assert.That(
                exception.Message.Split('\n'),
                Is.All.Matches(@"(datasets/baby\.yaml(:\d+)?|models/crane\.yaml:\d+): \S"),
                text.ToString()
            );
        }
    }

    [Test]
    public void Anchors_stand_for_what_they_name()
    {
        _folder.Write("datasets/baby.yaml", "modalities:\n  a: &one {path: x}\n  b: *one\n");
        Assert.That(Load("baby").Settings.Dataset.Modalities["b"].Path, Is.EqualTo("x"));
    }
}
