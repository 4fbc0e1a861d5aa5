using System.Text.Json;
using CranePipeline.Configuration;
using CranePipeline.Features;
using CranePipeline.Ingest;
using CranePipeline.Stages;
using CranePipeline.Store;
using CranePipeline.Tables;
using CranePipeline.Tables.Tests;
using CranePipeline.Tensors;
using CranePipeline.Training;

namespace CranePipeline.Pipeline.Tests.Fuzz;

/// <summary>
/// Every file of a store, by the door that the program has for it: an artifact's files are compared with their hash before anything reads
/// them; manifests, checkpoints, signs of life and settings are read as they are.
/// </summary>
internal static class StoreTargets
{
    private static readonly ArtifactIdentity Identity = new("d", "s", 1, """{"k":1}""", []);
    private static readonly CpuEngine Engine = new(1);
    private static long clock = DateTime.UnixEpoch.AddYears(30).Ticks;

    public static IEnumerable<FuzzTarget> All() =>
        [.. Tables(), .. Jsons(), Manifests(), Checkpoints(), RunSigns(), Hashes(), .. Settings()];

    private static IEnumerable<FuzzTarget> Tables() =>
        SampleTables
            .Writers()
            .Select(table =>
                Artifact(
                    table.Key + ".parquet",
                    RawTargets.Written("t.parquet", path => table.Value(path)),
                    Mutation.OfBytes,
                    TableReaders.ByName[table.Key]
                )
            );

    private static IEnumerable<FuzzTarget> Jsons()
    {
        IngestStatistics statistics = new()
        {
            Lines = 5,
            Quarantined = new Dictionary<LineFault, long> { [LineFault.LongId] = 2 },
            Timestamps = [new TimestampColumn("x.csv", TimestampUnit.Seconds, 1, 2)],
            Reasons = [new ReasonCount(2, "why", "x.csv line 3")],
            UserDegrees = [new DegreeCount(4, 2)],
            ItemDegrees = [new DegreeCount(4, 2)],
        };
        return
        [
            .. Json("statistics.json", statistics),
            .. Json("timing.json", new TrainTiming("cpu", [1.5, 2.5], [0.1], 123456)),
            .. Json(
                "name.json",
                new RunName("d", "crane", "CRANE", "default", new Dictionary<string, string> { ["rounds"] = "2" })
            ),
            .. Json("best.json", new SearchOutcome(new Dictionary<string, string> { ["rounds"] = "2" }, 0.1, 0.05)),
            .. Json("plan.json", new SweepPlan("s", "S", [new SweepPlanRun("a", new Dictionary<string, string>(), 9, "k")])),
            .. Json("quality.json", (ModalityQuality[])[new ModalityQuality("text", null, null, [])]),
        ];
    }

    private static IEnumerable<FuzzTarget> Json<T>(string file, T value)
    {
        byte[] whole = System.Text.Encoding.UTF8.GetBytes(JsonFiles.Text(value));
        yield return FuzzTarget.Text(file + ", unchecked", file, whole, folder => JsonFiles.Read<T>(Path.Combine(folder, file)));
        yield return Artifact(file, whole, Mutation.OfText, path => JsonFiles.Read<T>(path));
    }

    private static FuzzTarget Manifests()
    {
        byte[] whole = RawTargets.Written(
            "x",
            path =>
            {
                using var store = new ArtifactStore(Path.Combine(Path.GetDirectoryName(path)!, "store"));
                File.Copy(Path.Combine(Build(store, "t.txt", "x"u8.ToArray()).Folder, Manifest.FileName), path);
            }
        );
        return FuzzTarget.Text("manifest.json", Manifest.FileName, whole, folder => Manifest.Read(folder));
    }

    private static FuzzTarget Checkpoints()
    {
        TrainOptions options = new(new BprOptions { EmbeddingSize = 4 }, new TrainerOptions { Epochs = 2, BatchSize = 8 });
        TrainingInput input = new()
        {
            UserCount = 6,
            ItemCount = 8,
            TrainUsers = [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5],
            TrainItems = [0, 1, 2, 3, 4, 5, 6, 7, 0, 2, 1, 3],
            ValidUsers = [0, 1],
            ValidItems = [4, 5],
        };
        void Train(string folder) => Trainer.Run(options, 9, input, Engine, folder);
        byte[] whole = RawTargets.Written(
            "x",
            path =>
            {
                string folder = Path.GetDirectoryName(path)!;
                Train(folder);
                File.Copy(Path.Combine(folder, Trainer.CheckpointFile), path);
            }
        );
        return FuzzTarget.Bytes("checkpoint", Trainer.CheckpointFile, whole, Train);
    }

    private static FuzzTarget RunSigns() =>
        FuzzTarget.Text(
            "run.json",
            "run.json",
            JsonSerializer.SerializeToUtf8Bytes(new RunIdentity("host", "space", 4711, "2026-01-01")),
            folder =>
            {
                var store = new StoreFolder(Path.Combine(folder, "store"));
                string run = Path.Combine(store.Runs, "0123456789ab");
                Directory.CreateDirectory(run);
                File.Copy(Path.Combine(folder, "run.json"), Path.Combine(run, "run.json"), overwrite: true);
                using var presence = new RunPresence(store, TimeProvider.System);
                presence.Describe("0123456789ab");
                presence.RemoveDead();
            }
        );

    private static FuzzTarget Hashes()
    {
        string raw = "raw.txt";
        byte[] whole = RawTargets.Written(
            "x",
            path =>
            {
                string folder = Path.GetDirectoryName(path)!;
                File.WriteAllText(Path.Combine(folder, raw), "raw");
                new ContentHashes(folder).Of(Path.Combine(folder, raw), null, CancellationToken.None);
                File.Copy(Path.Combine(folder, ".hashes.json"), path);
            }
        );
        return FuzzTarget.Text(
            "hashes of raw files",
            ".hashes.json",
            whole,
            folder =>
            {
                File.WriteAllText(Path.Combine(folder, raw), "raw");
                new ContentHashes(folder).Of(Path.Combine(folder, raw), null, CancellationToken.None);
            }
        );
    }

    /// <summary>Files of settings, which people write.</summary>
    private static IEnumerable<FuzzTarget> Settings()
    {
        string conf = Path.Combine(Repository.Root, "conf");
        foreach (string name in new[] { "datasets/sample.yaml", "datasets/tiktok.yaml", "models/crane.yaml", "pipeline.yaml" })
        {
            yield return FuzzTarget.Text(
                "conf/" + name,
                "x.yaml",
                File.ReadAllBytes(Path.Combine(conf, name)),
                folder =>
                {
                    foreach (
                        string file in new[]
                        {
                            "datasets/sample.yaml",
                            "datasets/tiktok.yaml",
                            "models/crane.yaml",
                            "pipeline.yaml",
                        }
                    )
                    {
                        string to = Path.Combine(folder, file);
                        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                        File.Copy(file == name ? Path.Combine(folder, "x.yaml") : Path.Combine(conf, file), to, overwrite: true);
                    }

                    string dataset = name.Contains("tiktok", StringComparison.Ordinal) ? "tiktok" : "sample";
                    ConfigurationLoader.Load<PipelineSettings>(new ConfigurationRequest { Folder = folder, Dataset = dataset });
                }
            );
        }
    }

    /// <summary>A file of an artifact, read after its hash was compared.</summary>
    private static FuzzTarget Artifact(string file, byte[] whole, Func<byte[], Random, byte[]> damage, Action<string> read) =>
        new(
            file,
            file,
            whole,
            damage,
            folder =>
            {
                using var store = new ArtifactStore(Path.Combine(folder, "store"));
                Artifact artifact = Build(store, file, whole);
                string path = Path.Combine(artifact.Folder, file);
                File.Copy(Path.Combine(folder, file), path, overwrite: true);
                // Hashes are kept by size and time, and files follow each other faster than a clock ticks.
                File.SetLastWriteTimeUtc(
                    path,
                    new DateTime(Interlocked.Add(ref clock, TimeSpan.TicksPerSecond), DateTimeKind.Utc)
                );
                read(artifact.PathOf(file));
            }
        );

    private static Artifact Build(ArtifactStore store, string file, byte[] content) =>
        store
            .GetOrBuild(
                Identity,
                force: false,
                (staging, _) => File.WriteAllBytes(staging.PathOf(file), content),
                StoreWait.Silently
            )
            .Artifact;
}
