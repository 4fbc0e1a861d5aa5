using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using CranePipeline.Tensors;

namespace CranePipeline.Features;

/// <summary>The parts of a transformer that work on each row or number by itself, on the host, in parallel over rows.</summary>
internal static class RowFunctions
{
    /// <summary>target ← normalise(target + residual) · scale + shift, row by row (Ba, Kiros and Hinton, 2016).</summary>
    internal static void AddAndNormalize(Matrix target, Matrix? residual, Matrix scale, Matrix shift, float epsilon) =>
        ForRows(
            target,
            row =>
            {
                Span<float> values = target.Row(row);
                if (residual is not null)
                {
                    ReadOnlySpan<float> added = residual.Row(row);
                    for (int column = 0; column < values.Length; column++)
                    {
                        values[column] += added[column];
                    }
                }

                double sum = 0;
                foreach (float value in values)
                {
                    sum += value;
                }

                float mean = (float)(sum / values.Length);
                double squares = 0;
                foreach (ref float value in values)
                {
                    value -= mean;
                    squares += (double)value * value;
                }

                float inverse = (float)(1.0 / Math.Sqrt((squares / values.Length) + epsilon));
                ReadOnlySpan<float> scales = scale.Values;
                ReadOnlySpan<float> shifts = shift.Values;
                for (int column = 0; column < values.Length; column++)
                {
                    values[column] = (values[column] * inverse * scales[column]) + shifts[column];
                }
            }
        );

    internal static void Activate(Matrix values, Activation activation) =>
        ForRows(
            values,
            row =>
            {
                Span<float> numbers = values.Row(row);
                Span<Vector512<float>> vectors = MemoryMarshal.Cast<float, Vector512<float>>(numbers);
                foreach (ref Vector512<float> vector in vectors)
                {
                    vector = Activate(vector, activation);
                }

                foreach (ref float value in numbers[(vectors.Length * Vector512<float>.Count)..])
                {
                    value = Activate(Vector512.Create(value), activation).ToScalar();
                }
            }
        );

    private static Vector512<float> Activate(Vector512<float> x, Activation activation) =>
        activation switch
        {
            Activation.Gelu => x * 0.5f * (Vector512<float>.One + Erf(x * 0.70710678f)),
            Activation.GeluTanh => x * 0.5f * (Vector512<float>.One + Tanh(0.79788456f * (x + (0.044715f * x * x * x)))),
            _ => Vector512.Max(x, Vector512<float>.Zero),
        };

    // Abramowitz and Stegun, 7.1.26: absolute error below 1.5e-7, which is what float32 holds.
    private static Vector512<float> Erf(Vector512<float> x)
    {
        Vector512<float> magnitude = Vector512.Abs(x);
        Vector512<float> t = Vector512<float>.One / (Vector512<float>.One + (0.3275911f * magnitude));
        Vector512<float> series =
            (
                (
                    (
                        (((((1.061405429f * t) - Vector512.Create(1.453152027f)) * t) + Vector512.Create(1.421413741f)) * t)
                        - Vector512.Create(0.284496736f)
                    ) * t
                ) + Vector512.Create(0.254829592f)
            ) * t;
        Vector512<float> positive = Vector512<float>.One - (series * Vector512.Exp(-(magnitude * magnitude)));
        return Vector512.CopySign(positive, x);
    }

    private static Vector512<float> Tanh(Vector512<float> x)
    {
        Vector512<float> decay = Vector512.Exp(-2f * Vector512.Abs(x));
        return Vector512.CopySign((Vector512<float>.One - decay) / (Vector512<float>.One + decay), x);
    }

    private static void ForRows(Matrix values, Action<int> action)
    {
        int chunk = Math.Max(1, 16384 / Math.Max(1, values.Columns));
        Parallel.For(
            0,
            (values.Rows + chunk - 1) / chunk,
            index =>
            {
                int end = Math.Min(values.Rows, (index + 1) * chunk);
                for (int row = index * chunk; row < end; row++)
                {
                    action(row);
                }
            }
        );
    }
}
