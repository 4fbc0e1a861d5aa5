using NUnit.Framework;

namespace CranePipeline.Tensors.Tests;

/// <summary>Constants that products alone take, at full and at half width.</summary>
[TestFixture]
internal sealed class ProductConstantTests
{
    // Neither whole blocks of rows nor whole panels of columns.
    private const int Rows = 1301;
    private const int Columns = 417;
    private const int Width = 37;

    [Test]
    public void Products_and_gradients_are_those_of_the_rounded_values([Values] bool half, [Values(1, 2)] int threads)
    {
        using var engine = new CpuEngine(threads);
        Matrix values = Random("values", Rows, Columns);
        Matrix rounded = half ? Map(values, static value => (float)(Half)value) : values;
        (Matrix value, Matrix gradient) = Product(engine, engine.ProductConstant(values, half));
        (Matrix expected, Matrix expectedGradient) = Product(engine, engine.Constant(rounded));
        Assert.That(value.Values, Is.EqualTo(expected.Values), "to the bit");
        Assert.That(gradient.Values, Is.EqualTo(expectedGradient.Values), "to the bit");
    }

    [Test]
    public void Evaluation_makes_the_same_product_as_training([Values] bool half)
    {
        using var engine = new CpuEngine(1);
        Tensor constant = engine.ProductConstant(Random("values", Rows, Columns), half);
        (Matrix value, _) = Product(engine, constant);
        using IDisposable step = engine.BeginStep(gradients: false);
        Matrix evaluated = engine.Read(engine.MatrixProduct(constant, engine.Constant(Random("right", Columns, Width))));
        Assert.That(evaluated.Values, Is.EqualTo(value.Values));
    }

    [Test]
    public void Every_half_is_widened_exactly()
    {
        // All finite halves, the subnormal ones among them, times one.
        float[] all =
        [
            .. Enumerable
                .Range(0, 1 << 16)
                .Select(bits => (float)BitConverter.UInt16BitsToHalf((ushort)bits))
                .Where(float.IsFinite),
        ];
        using var engine = new CpuEngine(1);
        Tensor constant = engine.ProductConstant(new Matrix(all.Length, 1, all), half: true);
        Matrix back = engine.Read(engine.MatrixProduct(constant, engine.Constant(new Matrix(1, 1, [1f]))));
        Assert.That(back.Values, Is.EqualTo(all));
    }

    [Test]
    public void Half_width_takes_half_the_memory()
    {
        Assert.That((double)Held(half: true) / Held(half: false), Is.InRange(0.45, 0.55));

        static long Held(bool half)
        {
            using var engine = new CpuEngine(1);
            engine.ProductConstant(new Matrix(3000, 1000), half);
            return engine.Pool.LentBytes;
        }
    }

    [Test]
    public void Other_operations_refuse_it()
    {
        using var engine = new CpuEngine(1);
        Tensor constant = engine.ProductConstant(new Matrix(2, 2), half: true);
        Tensor other = engine.Constant(new Matrix(2, 2));
        Assert.That(() => engine.Add(constant, other), Throws.ArgumentException.With.Message.Contains("products alone"));
        Assert.That(() => engine.MatrixProduct(other, constant), Throws.ArgumentException);
        Assert.That(() => engine.MatrixProduct(constant, other, transposeA: true), Throws.ArgumentException);
        constant.Dispose();
        Assert.That(() => engine.MatrixProduct(constant, other), Throws.TypeOf<ObjectDisposedException>());
    }

    private static (Matrix Value, Matrix Gradient) Product(CpuEngine engine, Tensor left)
    {
        Tensor right = engine.Parameter(Random("right", Columns, Width));
        using IDisposable step = engine.BeginStep(gradients: true);
        Tensor product = engine.MatrixProduct(left, right);
        engine.Backward(engine.Sum(engine.Multiply(product, engine.Constant(Random("weights", Rows, Width)))));
        return (engine.Read(product), engine.ReadGradient(right)!);
    }

    private static Matrix Random(string purpose, int rows, int columns)
    {
        var stream = new RandomStream(3, purpose);
        var matrix = new Matrix(rows, columns);
        foreach (ref float value in matrix.Values.AsSpan())
        {
            value = (float)stream.NextNormal();
        }

        return matrix;
    }

    private static Matrix Map(Matrix values, Converter<float, float> map) =>
        new(values.Rows, values.Columns, Array.ConvertAll(values.Values, map));
}
