namespace CranePipeline.Tensors;

/// <summary>A row-major float32 matrix on an engine, <c>[Rows × Columns]</c>. A scalar is <c>[1 × 1]</c>.</summary>
/// <remarks>
/// Values made inside a step (<see cref="IEngine.BeginStep"/>) live until that step ends; parameters and constants made outside any step
/// live until disposed. Operators and methods have PyTorch's names, and each is one operation of the tensor's engine.
/// </remarks>
public abstract partial class Tensor : IDisposable
{
    /// <summary>Whose matrix it is.</summary>
    public abstract IEngine Engine { get; }

    /// <summary>Number of rows.</summary>
    public abstract int Rows { get; }

    /// <summary>Number of columns.</summary>
    public abstract int Columns { get; }

    /// <summary>Whether a gradient flows to this value.</summary>
    public abstract bool RequiresGradient { get; }

    /// <summary>Gives the memory back. Values of a step need not be disposed one by one.</summary>
    public abstract void Dispose();
}
