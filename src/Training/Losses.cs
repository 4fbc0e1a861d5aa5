using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>The parts of a batch's loss by name, weights included, so that they add up to what is trained.</summary>
public sealed class Losses
{
    private readonly List<LossPart> parts = [];

    /// <summary>In the order added.</summary>
    public IReadOnlyList<LossPart> Parts => parts;

    /// <summary>The sum, <c>[1 × 1]</c>: what <see cref="IEngine.Backward"/> starts from.</summary>
    public Tensor Total { get; private set; } = null!;

    /// <summary>Adds a part.</summary>
    /// <param name="name">"bpr", "contrastive", "regularization", …: a column of the history.</param>
    /// <param name="value"><c>[1 × 1]</c>, its weight included.</param>
    /// <param name="remedy">What to do where this part explodes, such as "lower train.contrastiveWeight"; or null.</param>
    public Losses Add(string name, Tensor value, string? remedy = null)
    {
        parts.Add(new LossPart(name, value, remedy));
        Total = parts.Count == 1 ? value : Total + value;
        return this;
    }
}

/// <summary>One part of a loss.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value"><c>[1 × 1]</c>.</param>
/// <param name="Remedy">What to do where it explodes; or null.</param>
public sealed record LossPart(string Name, Tensor Value, string? Remedy);
