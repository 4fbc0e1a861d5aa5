using CranePipeline.Configuration;
using CranePipeline.Tables;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Configuration;

/// <summary>A folder of settings files, the same for every test.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public abstract class ConfigurationFixture : IDisposable
{
    protected const string Crane = """
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

    private protected TemporaryFolder Folder { get; } =
        new TemporaryFolder(
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

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected LoadedConfiguration<TestSettings> Load(string? dataset, params string[] settings) =>
        ConfigurationLoader.Load<TestSettings>(
            new ConfigurationRequest
            {
                Folder = Folder.Path,
                Dataset = dataset,
                Overrides = [.. settings.Select(SettingOverride.Parse)],
            }
        );

    private protected string[] Errors(string? dataset, params string[] settings) =>
        Assert.Throws<InputException>(() => Load(dataset, settings))!.Message.Split('\n');
}
