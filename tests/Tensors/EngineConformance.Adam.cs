using NUnit.Framework;

namespace CranePipeline.Tensors.Tests;

/// <content>The optimiser.</content>
public abstract partial class EngineConformance
{
    [Test]
    public void Adam_follows_its_formula_and_takes_up_an_exported_state()
    {
        float[] start = [1f, -2f, 0.5f];
        Tensor x = engine.Parameter(new Matrix(1, 3, [.. start]));
        Tensor untouched = engine.Parameter(new Matrix(1, 1, [3]));
        using IOptimizer adam = engine.Adam([new AdamGroup([x], 0.1f, 0.8f, 0.9f, 1e-6f), new AdamGroup([untouched], 0.1f)]);
        double[] expected = [.. start.Select(value => (double)value)];
        var first = new double[3];
        var second = new double[3];
        OptimizerState? saved = null;
        Matrix? savedValues = null;
        for (int step = 1; step <= 5; step++)
        {
            for (int i = 0; i < 3; i++)
            {
                double gradient = 2 * expected[i];
                first[i] = (0.8 * first[i]) + (0.2 * gradient);
                second[i] = (0.9 * second[i]) + (0.1 * gradient * gradient);
                double mean = first[i] / (1 - Math.Pow(0.8, step));
                double variance = second[i] / (1 - Math.Pow(0.9, step));
                expected[i] -= 0.1 * Share(step) * mean / (Math.Sqrt(variance) + 1e-6);
            }

            Train(x, adam, Share(step));
            Assert.That(engine.Read(x).Values, Is.EqualTo(expected).Within(1e-5), $"after step {step}");
            Assert.That(engine.ReadGradient(x), Is.Null, "the step clears gradients");
            if (step == 3)
            {
                (saved, savedValues) = (adam.Export(), engine.Read(x));
            }
        }

        Assert.That(saved!.Steps, Is.EqualTo(3));
        Assert.That(engine.Read(untouched)[0, 0], Is.EqualTo(3));
        Matrix uninterrupted = engine.Read(x);
        engine.Assign(x, savedValues!);
        using IOptimizer resumed = engine.Adam([new AdamGroup([x], 0.1f, 0.8f, 0.9f, 1e-6f), new AdamGroup([untouched], 0.1f)]);
        resumed.Import(saved);
        Train(x, resumed, Share(4));
        Train(x, resumed, Share(5));
        Assert.That(engine.Read(x).Values, Is.EqualTo(uninterrupted.Values), "resumed is as uninterrupted");
        x.Dispose();
        untouched.Dispose();

        // A share of the step size from time to time.
        static float Share(int step) => step % 2 == 0 ? 0.25f : 1f;

        void Train(Tensor parameter, IOptimizer optimizer, float share)
        {
            using (engine.BeginStep(gradients: true))
            {
                engine.Backward(engine.SumSquares(parameter));
            }

            optimizer.Step(share);
        }
    }

    /// <summary>As in a model that trains a part of itself in some steps only.</summary>
    [Test]
    public void Adam_counts_the_steps_that_no_gradient_reaches_a_parameter_in()
    {
        AdamGroup Group(Tensor parameter) => new([parameter], 0.1f, 0.8f, 0.9f, 1e-6f);
        using Tensor x = engine.Parameter(new Matrix(1, 1, [1]));
        using IOptimizer adam = engine.Adam([Group(x)]);
        (double expected, double first, double second) = (1, 0, 0);
        (OptimizerState? saved, Matrix? savedValue) = (null, null);
        for (int step = 1; step <= 7; step++)
        {
            bool isReached = step % 3 == 1;
            if (isReached)
            {
                double gradient = 2 * expected;
                first = (0.8 * first) + (0.2 * gradient);
                second = (0.9 * second) + (0.1 * gradient * gradient);
                double mean = first / (1 - Math.Pow(0.8, step));
                double variance = second / (1 - Math.Pow(0.9, step));
                expected -= 0.1 * mean / (Math.Sqrt(variance) + 1e-6);
            }

            Train(adam, isReached);
            Assert.That(engine.Read(x)[0, 0], Is.EqualTo(expected).Within(1e-5), $"after step {step}");
            if (step == 5)
            {
                (saved, savedValue) = (adam.Export(), engine.Read(x));
            }
        }

        float uninterrupted = engine.Read(x)[0, 0];
        engine.Assign(x, savedValue!);
        using IOptimizer resumed = engine.Adam([Group(x)]);
        resumed.Import(saved!);
        Train(resumed, isReached: false);
        Train(resumed, isReached: true);
        Assert.That(engine.Read(x)[0, 0], Is.EqualTo(uninterrupted), "resumed is as uninterrupted");

        void Train(IOptimizer optimizer, bool isReached)
        {
            if (isReached)
            {
                using IDisposable step = engine.BeginStep(gradients: true);
                engine.Backward(engine.SumSquares(x));
            }

            optimizer.Step();
        }
    }
}
