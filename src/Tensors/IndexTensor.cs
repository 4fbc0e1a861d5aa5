namespace CranePipeline.Tensors;

/// <summary>Row numbers on an engine, <c>[Rows × Columns]</c>: a batch (one column) or K neighbours of every item.</summary>
public abstract class IndexTensor : IDisposable
{
    /// <summary>Number of rows.</summary>
    public abstract int Rows { get; }

    /// <summary>Number of columns.</summary>
    public abstract int Columns { get; }

    /// <summary>Gives the memory back.</summary>
    public abstract void Dispose();
}
