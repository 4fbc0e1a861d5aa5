using CranePipeline.Tensors;
using NUnit.Framework;

namespace CranePipeline.Training.Tests;

public sealed class TrainingMemoryTests
{
    /// <summary>2014's Electronics: 192,403 users, 63,001 items, 80 % of 1,689,188 interactions, 4,096 + 384 features an item.</summary>
    [Test]
    public void Electronics_fits_sixteen_gigabytes()
    {
        TrainingMemory plan = TrainingMemory.Of(
            Options(new CraneOptions { Rounds = 3 }),
            192_403,
            63_001,
            1_351_350,
            [4096, 384]
        );
        Assert.That(plan.FeatureBytes, Is.EqualTo(63_001L * 4_480 * 4));
        foreach (TrainingMemory.Buffer buffer in plan.Buffers)
        {
            TestContext.Out.WriteLine($"{buffer.Name}: {buffer.Bytes / 1e6:F0} MB");
        }

        TestContext.Out.WriteLine($"together: {plan.TotalBytes / 1e9:F2} GB");
        Assert.That(plan.TotalBytes, Is.InRange(2L * plan.FeatureBytes, 16_000_000_000L));
    }

    [Test]
    public void LightGcn_is_ids_and_their_propagation()
    {
        TrainOptions options = Options(new LightGcnOptions { PropagationLayers = 1, EmbeddingSize = 2 }, batchSize: 1);
        TrainingMemory plan = TrainingMemory.Of(options, 3, 2, 4, []);
        Dictionary<string, long> bytes = plan.Buffers.ToDictionary(buffer => buffer.Name, buffer => buffer.Bytes);
        Assert.That(bytes["parameters"], Is.EqualTo(4 * 5 * 2));
        Assert.That(bytes["Adam's two moments"], Is.EqualTo(2 * 4 * 5 * 2));
        Assert.That(bytes["graphs"], Is.EqualTo(4 * 56));
        Assert.That(bytes["user-item propagation, forward"], Is.EqualTo(4 * 4 * 5 * 2));
        Assert.That(plan.FeatureBytes, Is.Zero);
    }

    /// <summary>The managed engine keeps the same values, without the library's duplicates and with smaller graphs.</summary>
    [TestCase("lightgcn")]
    [TestCase("crane")]
    public void The_plan_is_of_the_size_that_an_engine_measures(string model)
    {
        var stream = new RandomStream(3, "plan");
        int[] users = [.. Enumerable.Range(0, 3000).Select(e => e / 3)];
        int[] items = [.. users.Select((_, e) => (e % 3 * 200) + stream.NextInt32(200))];
        var features = new Matrix(600, 150);
        foreach (ref float value in features.Values.AsSpan())
        {
            value = (float)stream.NextNormal();
        }

        int[] candidates = [.. Enumerable.Range(0, 600 * 20).Select(place => ((place / 20) + 1 + (place % 20)) % 600)];
        var input = new TrainingInput
        {
            UserCount = 1000,
            ItemCount = 600,
            TrainUsers = users,
            TrainItems = items,
            ValidUsers = [0],
            ValidItems = [599],
            Modalities = [new ModalityInput("visual", features, candidates)],
        };
        TrainOptions options = Options(ModelCatalog.Find(model)!.Default, batchSize: 512);
        using var engine = new CpuEngine(threads: 1);
        Trainer.Run(options, 1, input, engine);
        TrainingMemory plan = TrainingMemory.Of(options, input);
        Assert.That((double)engine.PeakBytes / plan.TotalBytes, Is.InRange(0.25, 1.1));

        // The host's copy of the features is no memory of the engine's.
        Assert.That(plan.LeastBytes - (sizeof(float) * features.Values.LongLength), Is.LessThan(engine.PeakBytes));
    }

    [Test]
    public void UltraGcns_plan_has_the_rows_that_are_gathered_for_its_scores()
    {
        var model = new UltraGcnOptions
        {
            EmbeddingSize = 7,
            Negatives = 300,
            Neighbours = 20,
        };
        Dictionary<string, long> bytes = TrainingMemory
            .Of(Options(model, batchSize: 100), 50, 40, 200, [])
            .Buffers.ToDictionary(buffer => buffer.Name, buffer => buffer.Bytes);
        Assert.That(bytes["rows of the negatives"], Is.EqualTo(4L * 100 * 300 * 7));
        Assert.That(bytes["rows of the neighbours"], Is.EqualTo(4L * 100 * 20 * 7));
        Assert.That(
            TrainingMemory.Of(Options(model with { ItemWeight = 0 }, batchSize: 100), 50, 40, 200, []).Buffers,
            Has.None.Property("Name").EqualTo("rows of the neighbours")
        );
    }

    /// <summary>Features that are only projected are normalised once: no step makes another of their size.</summary>
    [TestCase("slmrec")]
    [TestCase("lpic")]
    public void A_step_makes_nothing_of_the_size_of_the_features(string model)
    {
        const int Width = 2000;
        const int Items = 1000;
        TrainingInput input = PlantedData.Make(users: 40, items: Items, widths: [1]);
        var features = new ModalityInput("visual", PlantedData.Random(Items, Width, seed: 3), new int[Items]);
        input = input with { Modalities = [features] };
        using var engine = new CpuEngine(threads: 1);
        Trainer.Run(Options(SmallModel.Options(model), batchSize: 64), 1, input, engine);
        const double Bytes = sizeof(float) * (double)Items * Width;
        Assert.That(engine.PeakBytes, Is.InRange(Bytes, 2 * Bytes));
    }

    private static TrainOptions Options(ModelOptions model, int batchSize = 1024) =>
        new(model, new TrainerOptions { Epochs = 1, BatchSize = batchSize });
}
