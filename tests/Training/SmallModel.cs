using CranePipeline.Tensors;
using NUnit.Framework;

namespace CranePipeline.Training.Tests;

/// <summary>A model of the catalogue small enough for a test, and whether its gradients are right on an engine.</summary>
internal static class SmallModel
{
    /// <summary>The model's default settings with small widths.</summary>
    public static ModelOptions Options(string name)
    {
        ModelOptions options = ModelCatalog.Find(name)!.Default;

        // Widths alone: what a model is made of stays at its defaults.
        ModelOptions copy = options with
        { };
        foreach ((string setting, int value) in new[] { ("EmbeddingSize", 8), ("Neighbours", 5), ("DerivedFeatureWidth", 8) })
        {
            copy.GetType().GetProperty(setting)?.SetValue(copy, value);
        }

        return copy;
    }

    /// <summary>The model with its initial values.</summary>
    public static Recommender Make(ModelOptions options, IEngine engine, TrainingInput input) =>
        ModelCatalog
            .Of(options)
            .Create(options, new ModelContext(engine, PlantedData.Graph(input), ModalitySelection.Of(options, input), Seed: 3));

    /// <summary>Holds the gradient of every parameter to central differences of the loss.</summary>
    public static void CheckGradients(ModelOptions options, IEngine engine, TrainingInput input)
    {
        using Recommender model = Make(options, engine, input);
        model.BeginEpoch(1);
        InteractionGraph graph = PlantedData.Graph(input);
        var pairs = new NegativeSampler(graph, input.TrainUsers, input.TrainItems, default, 1, model.TakesUsersWhole);
        pairs.Draw(0);
        double Loss(bool backward)
        {
            using var batch = new Batch(engine, graph, pairs, 0, Math.Min(12, pairs.Count), epoch: 0, step: 1);
            using IDisposable step = engine.BeginStep(gradients: true);
            Tensor total = model.Loss(batch).Total;
            if (backward)
            {
                engine.Backward(total);
            }

            return engine.Read(total)[0, 0];
        }

        if (model.Parameters.Count == 0)
        {
            return;
        }

        Perturb(model);
        Loss(backward: true);
        (string Name, Matrix Value)[] values = [.. model.Parameters.Read()];
        Matrix?[] gradients = [.. model.Parameters.ReadGradients().Select(static g => g.Gradient)];
        var stream = new RandomStream(1, "differences");
        for (int p = 0; p < values.Length; p++)
        {
            // Along a random direction: one difference tells of all the parameter's numbers.
            Matrix value = values[p].Value;
            float[] start = [.. value.Values];
            float[] direction = [.. start.Select(_ => stream.NextSingle() - 0.5f)];
            float largest = MathF.Max(0.1f, start.Max(MathF.Abs));
            double Along(float by)
            {
                for (int place = 0; place < start.Length; place++)
                {
                    value.Values[place] = start[place] + (by * direction[place]);
                }

                model.Parameters.Assign(values);
                return Loss(backward: false);
            }

            // A long step rounds little, a short one crosses few kinks; a wrong gradient is far from both.
            double gradient = direction.Select((d, place) => d * (double)(gradients[p]?.Values[place] ?? 0)).Sum();
            double difference = new[] { 1e-2f * largest, 2e-3f * largest }
                .Select(reach => (Along(reach) - Along(-reach)) / (2 * reach))
                .MinBy(found => Math.Abs(found - gradient));
            Along(0);
            double scale = Math.Max(1e-2, direction.Select((d, place) => Math.Abs(d * (gradients[p]?.Values[place] ?? 0))).Sum());
            Assert.That(difference, Is.EqualTo(gradient).Within(0.03 * scale), $"{engine.Name}: {values[p].Name}");
        }
    }

    // Away from zeros, at which gradients are easily right, and from the kinks of what is clipped.
    private static void Perturb(Recommender model)
    {
        (string Name, Matrix Value)[] values = [.. model.Parameters.Read()];
        var stream = new RandomStream(2, "perturbation");
        foreach ((_, Matrix value) in values)
        {
            foreach (ref float number in value.Values.AsSpan())
            {
                number += 0.2f * (stream.NextSingle() - 0.5f);
            }
        }

        model.Parameters.Assign(values);
    }
}
