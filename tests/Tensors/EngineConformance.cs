using NUnit.Framework;

namespace CranePipeline.Tensors.Tests;

/// <summary>
/// What an engine must do. Attach one with a line:
/// <c>internal sealed class MyEngineConformance() : EngineConformance(() =&gt; new MyEngine());</c>
/// </summary>
public abstract partial class EngineConformance(Func<IEngine> create)
{
    private IEngine engine = null!;

    [OneTimeSetUp]
    public void StartEngine() => engine = create();

    [OneTimeTearDown]
    public void StopEngine() => engine?.Dispose();

    [TestCaseSource(typeof(OperationCases), nameof(OperationCases.All))]
    public void Value_follows_the_formula(OperationCase operation)
    {
        using IDisposable step = engine.BeginStep(gradients: false);
        Tensor[] inputs = [.. operation.Inputs.Select(input => engine.Constant(ToMatrix(input)))];
        Matrix actual = engine.Read(operation.Run(engine, inputs));
        AssertClose(actual, operation.Formula(operation.Inputs), 2e-5);
    }

    [TestCaseSource(typeof(OperationCases), nameof(OperationCases.All))]
    public void Gradient_follows_central_differences(OperationCase operation)
    {
        double[,] value = operation.Formula(operation.Inputs);
        var random = new RandomStream(5, operation.Name);
        double[,] weights = Reference.New(value.Rows(), value.Columns(), (_, _) => (float)random.NextNormal());
        Tensor[] inputs = [.. operation.Inputs.Select(input => engine.Parameter(ToMatrix(input)))];
        using (engine.BeginStep(gradients: true))
        {
            engine.Backward(engine.Sum(engine.Multiply(operation.Run(engine, inputs), engine.Constant(ToMatrix(weights)))));
        }

        for (int input = 0; input < inputs.Length; input++)
        {
            double[,] at = operation.Inputs[input];
            Matrix? gradient = engine.ReadGradient(inputs[input]);
            Assert.That(gradient, Is.Not.Null, $"input {input} got no gradient");
            double largest = gradient!.Values.Max(MathF.Abs);
            int probes = Math.Min(at.Length, 24);
            for (int probe = 0; probe < probes; probe++)
            {
                int place = probes == at.Length ? probe : random.NextInt32(at.Length);
                (int i, int j) = (place / at.Columns(), place % at.Columns());
                double expected = CentralDifference(operation, weights, at, i, j);
                Assert.That(gradient[i, j], Is.EqualTo(expected).Within(5e-5 * (1 + largest)), $"by input {input} at ({i}, {j})");
            }

            inputs[input].Dispose();
        }
    }

    /// <summary>With some inputs constant, the others' gradients are the same and the constants have none.</summary>
    [TestCaseSource(typeof(OperationCases), nameof(OperationCases.All))]
    public void Gradient_reaches_only_the_parameters(OperationCase operation)
    {
        double[,] value = operation.Formula(operation.Inputs);
        Matrix weights = ToMatrix(Reference.New(value.Rows(), value.Columns(), (i, j) => 1 + ((i + j) % 3)));
        for (int trained = 0; trained < operation.Inputs.Length && operation.Inputs.Length > 1; trained++)
        {
            Matrix[] gradients = [Gradient(-1, trained), Gradient(trained, trained)];
            Assert.That(gradients[1].Values, Is.EqualTo(gradients[0].Values));
        }

        Matrix Gradient(int onlyTrained, int read)
        {
            Tensor[] inputs =
            [
                .. operation.Inputs.Select(
                    (input, at) =>
                        onlyTrained < 0 || onlyTrained == at
                            ? engine.Parameter(ToMatrix(input))
                            : engine.Constant(ToMatrix(input))
                ),
            ];
            using (engine.BeginStep(gradients: true))
            {
                engine.Backward(engine.Sum(engine.Multiply(operation.Run(engine, inputs), engine.Constant(weights))));
            }

            Matrix gradient = engine.ReadGradient(inputs[read])!;
            foreach (Tensor input in inputs)
            {
                input.Dispose();
            }

            return gradient;
        }
    }

    private static double CentralDifference(OperationCase operation, double[,] weights, double[,] at, int i, int j)
    {
        const double Step = 1e-5;
        double original = at[i, j];
        at[i, j] = original + Step;
        double above = Loss();
        at[i, j] = original - Step;
        double below = Loss();
        at[i, j] = original;
        return (above - below) / (2 * Step);

        double Loss()
        {
            double[,] value = operation.Formula(operation.Inputs);
            return Reference.SumAll(Reference.New(value.Rows(), value.Columns(), (r, c) => value[r, c] * weights[r, c]));
        }
    }

    private static Matrix ToMatrix(double[,] values) =>
        new(values.Rows(), values.Columns(), [.. values.Cast<double>().Select(value => (float)value)]);

    private static void AssertClose(Matrix actual, double[,] expected, double tolerance)
    {
        Assert.That((actual.Rows, actual.Columns), Is.EqualTo((expected.Rows(), expected.Columns())));
        double largest = expected.Length == 0 ? 0 : expected.Cast<double>().Max(Math.Abs);
        for (int i = 0; i < actual.Rows; i++)
        {
            for (int j = 0; j < actual.Columns; j++)
            {
                Assert.That(actual[i, j], Is.EqualTo(expected[i, j]).Within(tolerance * (1 + largest)), $"at ({i}, {j})");
            }
        }
    }
}
