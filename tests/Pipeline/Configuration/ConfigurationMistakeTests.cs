using System.Text;
using CranePipeline.Configuration;
using CranePipeline.Tables;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Configuration;

/// <summary>What is wrong in settings is told in a line each, with file and line.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ConfigurationMistakeTests : ConfigurationFixture
{
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
        Folder.Write("datasets/baby.yaml", "# first\n\n" + text + "\n");
        Assert.That(Errors("baby"), Is.EqualTo(new[] { $"{Folder.File("datasets/baby.yaml")}:3: {message}" }));
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
        Folder.Write("datasets/baby.yaml", text);
        Assert.That(Errors("baby").Single(), Does.StartWith($"{Folder.File("datasets/baby.yaml")}:{line}: not valid YAML"));
    }

    [Test]
    public void Yaml_mistakes_name_their_line()
    {
        Folder.Write("datasets/baby.yaml", "title: a\ntrain: {rounds: 1\nmodalities: b");
        Assert.That(Errors("baby").Single(), Does.StartWith(Folder.File("datasets/baby.yaml") + ":2: not valid YAML"));
        Folder.Write("datasets/baby.yaml", "train:\n  rounds: 3\n  rounds: 4\n");
        Assert.That(
            Errors("baby").Single(),
            Is.EqualTo(
                $"{Folder.File("datasets/baby.yaml")}:3: 'rounds' is set twice in the same section, first at {Folder.File("datasets/baby.yaml")}:2; keep one"
            )
        );
        Folder.Write("datasets/baby.yaml", "title: a\n---\ntitle: b\n");
        Assert.That(Errors("baby").Single(), Does.Contain(":2: a settings file holds one document"));
    }

    [Test]
    public void All_mistakes_of_all_layers_are_told_at_once_even_those_another_layer_hides()
    {
        Folder.Write("pipeline.yaml", "thread: 2\ntrain:\n  rounds: many\n");
        Folder.Write("models/crane.yaml", Crane + "\n    tok: {rouds: 3}\n");
        var errors = Errors("tiktok", "train.correlation=nothing");
        Assert.That(
            errors,
            Is.EqualTo(
                new[]
                {
                    $"{Folder.File("pipeline.yaml")}:1: unknown setting 'thread'; did you mean 'threads'?",
                    $"{Folder.File("pipeline.yaml")}:3: 'train.rounds' must be a whole number, not 'many'",
                    $"{Folder.File("models/crane.yaml")}:13: unknown setting 'presets.paper.tok.rouds'; did you mean 'presets.paper.tok.rounds'?",
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
        Folder.Write("datasets/baby.yaml", text.ToString());
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
}
