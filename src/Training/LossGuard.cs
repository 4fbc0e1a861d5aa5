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
    /// <param name="contrastive">Its contrastive part.</param>
    /// <exception cref="InputException">The loss is not finite, or more than 10,000 times the first one.</exception>
    public void Check(int epoch, int step, double total, double contrastive)
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
        throw new InputException(
            FormattableString.Invariant($"The loss {what} at epoch {epoch}, step {step}: {LikelySetting(contrastive)}.")
        );
    }

    private string LikelySetting(double contrastive)
    {
        foreach ((string name, Matrix value, bool isContent) in parameters.ReadWithKind())
        {
            if (isContent && !IsModest(value))
            {
                return $"{name} has run away, so lower train.contentLearningRateScale or train.learningRate";
            }
        }

        return !double.IsFinite(contrastive) || contrastive > Explosion
            ? "the contrastive part is the cause, so lower train.contrastiveWeight or raise train.contrastiveTemperature"
            : "lower train.learningRate";
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
