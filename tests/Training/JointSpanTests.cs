using CranePipeline.Tensors;

namespace CranePipeline.Training.Tests;

[TestFixture]
public sealed class JointSpanTests
{
    /// <summary>What LGMRec contrasts, in full width and in that of the span, with hyperedges of full rank and of less.</summary>
    [Test]
    public void A_contrast_and_its_gradients_are_the_same_in_the_span([Values] bool dependent)
    {
        const int Width = 32;
        (Matrix edgesA, Matrix edgesB) = (PlantedData.Random(4, Width, 1), PlantedData.Random(4, Width, 2));
        if (dependent)
        {
            edgesA.Row(1).CopyTo(edgesB.Row(0));
            edgesA.Row(2).CopyTo(edgesA.Row(3));
        }

        (double full, Matrix[] fullGradients) = Contrast(edgesA, edgesB, reduce: false);
        (double reduced, Matrix[] gradients) = Contrast(edgesA, edgesB, reduce: true);
        Assert.That(reduced, Is.EqualTo(full).Within(1e-5 * Math.Abs(full)));
        for (int p = 0; p < gradients.Length; p++)
        {
            double scale = fullGradients[p].Values.Max(Math.Abs);
            Assert.That(gradients[p].Values, Is.EqualTo(fullGradients[p].Values).Within(1e-4 * scale), $"parameter {p}");
        }
    }

    [Test]
    public void A_span_as_wide_as_the_rows_is_left_alone()
    {
        using IEngine engine = Engines.Cpu();
        using Tensor a = engine.Constant(PlantedData.Random(4, 8, 1));
        using Tensor b = engine.Constant(PlantedData.Random(4, 8, 2));
        Assert.That(JointSpan.Of(a, b), Is.EqualTo((a, b)));
    }

    private static (double Loss, Matrix[] Gradients) Contrast(Matrix edgesA, Matrix edgesB, bool reduce)
    {
        using IEngine engine = Engines.Cpu();
        Tensor[] parameters =
        [
            engine.Parameter(PlantedData.Random(20, 4, 3)),
            engine.Parameter(PlantedData.Random(20, 4, 4)),
            engine.Parameter(edgesA),
            engine.Parameter(edgesB),
        ];
        using IndexTensor rows = engine.Indices([3, 9, 0, 17, 9], 1, 20);
        using IDisposable step = engine.BeginStep(gradients: true);
        (Tensor a, Tensor b) = reduce ? JointSpan.Of(parameters[2], parameters[3]) : (parameters[2], parameters[3]);
        Assert.That(a.Columns, Is.EqualTo(reduce ? 8 : edgesA.Columns));
        Tensor loss = engine.InfoNceLoss(parameters[0].Gather(rows).Mm(a), parameters[1].Mm(b), rows, 0.2f);
        engine.Backward(loss);
        return (engine.Read(loss)[0, 0], [.. parameters.Select(p => engine.ReadGradient(p)!)]);
    }
}
