using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>Stops a run whose loss is no number any more or has exploded, and says which setting is likely to blame.</summary>
internal sealed class LossGuard(ParameterSet parameters)
{
    private const double Explosion = 1e4;
    private const float LargeParameter = 1e4f;

    /// <summary>Loss of the first step.</summary>
    public double FirstLoss { get; set; } = double.NaN;

    /// <param name="epoch">Epoch, from 1.</param>
    /// <param name="step">Step within the epoch, from 1.</param>
    /// <param name="total">The whole loss.</param>
    /// <param name="parts">Its parts.</param>
    /// <exception cref="InputException">The loss is not finite, or more than 10,000 times the first one.</exception>
    public void Check(int epoch, int step, double total, IReadOnlyList<(LossPart Part, double Value)> parts)
    {
        if (double.IsFinite(total) && double.IsNaN(FirstLoss))
        {
            FirstLoss = total;
        }

        if (double.IsFinite(total) && total <= Explosion * Math.Max(1, FirstLoss))
        {
            return;
        }

        string what = double.IsFinite(total) ? FormattableString.Invariant($"grew to {total:G4}") : "is no longer a number";
        throw new InputException(FormattableString.Invariant($"the loss {what} at epoch {epoch}, step {step}: {Remedy(parts)}"));
    }

    private string Remedy(IReadOnlyList<(LossPart Part, double Value)> parts)
    {
        foreach ((string name, Matrix value, StepScale? scale) in parameters.ReadWithScale())
        {
            if (scale is not null && !IsModest(value))
            {
                return $"{name} has run away, so lower train.{scale.Setting} or train.learningRate";
            }
        }

        (LossPart? Part, double) worst = parts.FirstOrDefault(static p =>
            p.Part.Remedy is not null && (!double.IsFinite(p.Value) || p.Value > Explosion)
        );
        return worst.Part is { } part ? $"the {part.Name} part is the cause, so {part.Remedy}" : "lower train.learningRate";
    }

    private static bool IsModest(Matrix value)
    {
        foreach (float number in value.Values)
        {
            if (!(MathF.Abs(number) < LargeParameter))
            {
                return false;
            }
        }

        return true;
    }
}
