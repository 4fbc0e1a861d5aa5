using CranePipeline.Tensors;

namespace CranePipeline.Training.Tests;

/// <summary>CRANE with <c>contentEvery</c> above 1.</summary>
[TestFixture]
public sealed class HeldContentTests
{
    private static readonly CraneOptions Small = new()
    {
        EmbeddingSize = 6,
        Rounds = 2,
        Neighbours = 4,
        ContentEvery = 3,
    };

    /// <summary>A content step's gradients are those of the schedule that follows every step, wherever weights come from.</summary>
    [Test]
    public void A_content_step_has_the_exact_gradient([Values(1, 2)] int layers)
    {
        CraneOptions options = Small with { ItemGraphLayers = layers };
        var held = Gradients(options, step: 1);
        var exact = Gradients(options with { ContentEvery = 1 }, step: 1);
        Assert.That(held.Keys, Is.EqualTo(exact.Keys));
        foreach ((string name, float[]? gradient) in exact)
        {
            Assert.That(held[name], Is.EqualTo(gradient).Within(1e-6), name);
        }

        Assert.That(exact["projection 0"], Has.Some.Not.Zero);
    }

    [Test]
    public void Between_content_steps_content_has_no_gradient_and_the_rest_the_exact_one()
    {
        // Parameters stand still here, so that what is held equals what would be made.
        var held = Gradients(Small, step: 2);
        var exact = Gradients(Small with { ContentEvery = 1 }, step: 2);
        foreach ((string name, float[]? gradient) in held)
        {
            bool isContent = name is not ("users" or "items");
            Assert.That(gradient, isContent ? Is.Null : Is.EqualTo(exact[name]).Within(1e-6), name);
        }
    }

    [Test]
    public void Weights_are_those_of_the_last_content_step()
    {
        using IEngine engine = Engines.Cpu();
        var value = new HeldValue(engine, "weights", every: 3);
        float[] seen =
        [
            .. Enumerable
                .Range(1, 7)
                .Select(step =>
                {
                    using IDisposable scope = engine.BeginStep(gradients: true);
                    return engine.Read(value.In(step, () => engine.Constant(new Matrix(1, 1, [step]))))[0, 0];
                }),
        ];
        Assert.That(seen, Is.EqualTo(new float[] { 1, 1, 1, 4, 4, 4, 7 }));

        var restored = new HeldValue(engine, "weights", every: 3);
        restored.Restore(value.State);
        using IDisposable after = engine.BeginStep(gradients: true);
        Assert.That(engine.Read(restored.In(8, () => throw new InvalidOperationException("not due")))[0, 0], Is.EqualTo(7));
    }

    // Every parameter's gradient in a step of an epoch whose steps before moved nothing.
    private static Dictionary<string, float[]?> Gradients(CraneOptions options, int step)
    {
        TrainingInput input = PlantedData.Make();
        InteractionGraph graph = PlantedData.Graph(input);
        using IEngine engine = Engines.Cpu();
        using var crane = new Crane(options, new ModelContext(engine, graph, input.Modalities, Seed: 9));
        var pairs = new NegativeSampler(graph, input.TrainUsers, input.TrainItems, BatchSampling.Interactions, seed: 1);
        pairs.Draw(0);
        crane.BeginEpoch(0);
        Dictionary<string, float[]?> gradients = [];
        for (int at = 1; at <= step; at++)
        {
            using (var batch = new Batch(engine, graph, pairs, (at - 1) * 32, 32, epoch: 0, at))
            using (engine.BeginStep(gradients: true))
            {
                engine.Backward(crane.Loss(batch).Total);
            }

            gradients = crane.Parameters.ReadGradients().ToDictionary(g => g.Name, g => g.Gradient?.Values);
            foreach (AdamGroup group in crane.Parameters.Groups(learningRate: 1))
            {
                using IOptimizer clear = engine.Adam([group with { LearningRate = 0f }]);
                clear.Step();
            }
        }

        return gradients;
    }
}
