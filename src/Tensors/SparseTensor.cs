namespace CranePipeline.Tensors;

/// <summary>A constant sparse matrix on an engine, with whatever the engine needs to multiply by its transpose.</summary>
public abstract class SparseTensor : IDisposable
{
    /// <summary>Number of rows.</summary>
    public abstract int Rows { get; }

    /// <summary>Number of columns.</summary>
    public abstract int Columns { get; }

    /// <summary>Gives the memory back.</summary>
    public abstract void Dispose();
}
