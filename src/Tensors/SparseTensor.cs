namespace CranePipeline.Tensors;

/// <summary>A constant sparse matrix on an engine, with whatever the engine needs to multiply by its transpose.</summary>
public abstract class SparseTensor : IDisposable
{
    /// <summary>Number of rows.</summary>
    public abstract int Rows { get; }

    /// <summary>Number of columns.</summary>
    public abstract int Columns { get; }

    /// <summary>s · a.</summary>
    public Tensor Mm(Tensor a) => a.Engine.SparseProduct(this, a);

    /// <summary>The named rows of s · a, or all of them for null.</summary>
    public Tensor Mm(Tensor a, IndexTensor? rows) => rows is null ? Mm(a) : a.Engine.SparseProductRows(this, a, rows);

    /// <summary>sᵀ, as a factor of a product; nothing is moved.</summary>
    public TransposedSparse T() => new(this);

    /// <summary>Gives the memory back.</summary>
    public abstract void Dispose();
}
