using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>x W + b, with W Xavier-uniform and b zero at the start.</summary>
internal sealed record Linear(Tensor Weight, Tensor Bias)
{
    /// <summary>Adds both to a model's parameters.</summary>
    public static Linear Add(ParameterSet parameters, string name, int width, int outputs, long seed) =>
        new(parameters.AddXavier(name, width, outputs, seed), parameters.Add($"{name} bias", new Matrix(1, outputs)));

    /// <summary>x W + b for every row of x.</summary>
    public Tensor Of(Tensor x) => x.Mm(Weight) + Bias;
}
