using System.Runtime.CompilerServices;
using CranePipeline.Tensors.Cpu;
using CranePipeline.Tensors.Kernels;

namespace CranePipeline.Tensors;

/// <summary>
/// The engine on the processor: managed code, vector instructions and threads, no native dependency. Results do not depend on the
/// number of threads, to the bit. One thread at a time may call it.
/// </summary>
public sealed unsafe partial class CpuEngine : IEngine
{
    // Elements in a block of work, and the work below which waking another thread does not pay.
    private const long BlockWork = 1 << 15;

    // Clearing these anew takes some thirty milliseconds: little beside a step that needs as much, much beside one that does not.
    private const long KeptBytes = 256L << 20;

    private readonly Kernel kernel;
    private readonly WorkerPool workers;
    private readonly Multiplier multiplier;
    private readonly PanelMultiplier panelMultiplier;
    private readonly List<IDisposable> stepValues = [];
    private readonly List<TapeEntry> tape = [];
    private bool inStep;
    private bool recording;

    /// <summary>Starts the engine's threads.</summary>
    /// <param name="threads">Threads to use, the caller's included; 0 for one a processor.</param>
    public CpuEngine(int threads = 0)
        : this(threads, Kernel.Best) { }

    internal CpuEngine(int threads, Kernel kernel)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        this.kernel = kernel;
        workers = new WorkerPool(threads == 0 ? Environment.ProcessorCount : threads);
        multiplier = new Multiplier(kernel, workers, Pool);
        panelMultiplier = new PanelMultiplier(kernel, workers, Pool);
    }

    /// <inheritdoc/>
    public string Name => "cpu";

    /// <inheritdoc/>
    public long PeakBytes => Pool.PeakBytes;

    /// <inheritdoc/>
    public int Threads => workers.Threads;

    internal BufferPool Pool { get; } = new();

    /// <inheritdoc/>
    public void ReleaseUnused()
    {
        if (Pool.WaitingBytes > KeptBytes)
        {
            Pool.ReleaseLarge();
        }
    }

    /// <inheritdoc/>
    public Tensor Constant(Matrix values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return Kept(Copied(values, isParameter: false));
    }

    /// <inheritdoc/>
    public Tensor Constant(int rows, int columns, RowWriter write)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        ArgumentNullException.ThrowIfNull(write);
        var tensor = new CpuTensor(this, rows, columns, false, false) { IsLasting = !inStep };
        try
        {
            ForRows(
                rows,
                columns,
                (_, first, end, _) =>
                {
                    for (int row = first; row < end; row++)
                    {
                        write(row, new Span<float>(tensor.Row(row), columns));
                    }
                }
            );
        }
        catch
        {
            tensor.Dispose();
            throw;
        }

        return Kept(tensor);
    }

    /// <inheritdoc/>
    public bool HoldsHalf => true;

    /// <inheritdoc/>
    public Tensor ProductConstant(Matrix values, bool half = false)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (!half && values.Values.LongLength < PanelsFrom)
        {
            return Constant(values);
        }

        fixed (float* source = values.Values)
        {
            var view = new View(source, values.Rows, values.Columns, values.Columns, 1);
            return Kept(new CpuTensor(this, new PanelMatrix(Pool, workers, kernel, view, half)));
        }
    }

    /// <inheritdoc/>
    public Tensor Parameter(Matrix initial)
    {
        ArgumentNullException.ThrowIfNull(initial);
        return Kept(Copied(initial, isParameter: true));
    }

    /// <inheritdoc/>
    public SparseTensor Sparse(CsrMatrix values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return Kept(new CpuSparse(values));
    }

    /// <inheritdoc/>
    public IndexTensor Indices(ReadOnlySpan<int> values, int columns, int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        if (values.Length % columns != 0)
        {
            throw new ArgumentException($"{values.Length} row numbers do not make rows of {columns}.", nameof(values));
        }

        foreach (int value in values)
        {
            if ((uint)value >= (uint)bound)
            {
                throw new ArgumentException($"Row number {value} is not in 0 … {bound - 1}.", nameof(values));
            }
        }

        return Kept(new CpuIndices(Pool, values, columns, bound));
    }

    /// <inheritdoc/>
    public Matrix Read(Tensor value)
    {
        CpuTensor source = Own(value);
        return ToMatrix(source, source.Values);
    }

    /// <inheritdoc/>
    public void Read(Tensor value, Matrix target)
    {
        ArgumentNullException.ThrowIfNull(target);
        CpuTensor source = Own(value);
        if (source.Rows != target.Rows || source.Columns != target.Columns)
        {
            throw new ArgumentException(
                $"A {Shape(source)} tensor cannot be read into a {target.Rows} × {target.Columns} matrix."
            );
        }

        new ReadOnlySpan<float>(source.Values, target.Values.Length).CopyTo(target.Values);
    }

    /// <inheritdoc/>
    public void Assign(Tensor target, Matrix values)
    {
        ArgumentNullException.ThrowIfNull(values);
        CpuTensor own = Own(target);
        if (own.Rows != values.Rows || own.Columns != values.Columns)
        {
            throw new ArgumentException(
                $"A {values.Rows} × {values.Columns} matrix cannot be assigned to a {Shape(own)} tensor."
            );
        }

        values.Values.CopyTo(new Span<float>(own.Values, values.Values.Length));
        own.Panels?.Dispose();
        own.Panels = null;
    }

    /// <summary>Ends the threads and gives the pooled memory back.</summary>
    public void Dispose()
    {
        EndStep();
        workers.Dispose();
        Pool.Dispose();
    }

    /// <summary>Sets floats on all threads.</summary>
    internal void Fill(float* target, long count, float value) =>
        ForElements(count, (from, length) => new Span<float>(target + from, (int)length).Fill(value));

    private static string Shape(Tensor value) => $"{value.Rows} × {value.Columns}";

    private static Matrix ToMatrix(CpuTensor shape, float* values)
    {
        var result = new Matrix(shape.Rows, shape.Columns);
        new ReadOnlySpan<float>(values, result.Values.Length).CopyTo(result.Values);
        return result;
    }

    private static void SameShape(CpuTensor a, CpuTensor b, [CallerMemberName] string operation = "")
    {
        if (a.Rows != b.Rows || a.Columns != b.Columns)
        {
            throw new ArgumentException($"{operation} needs equal shapes, not {Shape(a)} and {Shape(b)}.");
        }
    }

    private static void Fits(bool fits, Tensor a, Tensor b, [CallerMemberName] string operation = "")
    {
        if (!fits)
        {
            throw new ArgumentException($"{operation} cannot take {Shape(a)} with {Shape(b)}.");
        }
    }

    private static CpuSparse Own(SparseTensor value) =>
        value as CpuSparse ?? throw new ArgumentException("The sparse matrix belongs to another engine.", nameof(value));

    private static CpuIndices Own(IndexTensor value)
    {
        var own = value as CpuIndices ?? throw new ArgumentException("The indices belong to another engine.", nameof(value));
        ObjectDisposedException.ThrowIf(!own.IsAlive, own);
        return own;
    }

    private static CpuTensor Own(Tensor value)
    {
        var own = value as CpuTensor ?? throw new ArgumentException("The tensor belongs to another engine.", nameof(value));
        if (own is { IsAlive: false, Panels: not null })
        {
            throw new ArgumentException($"The {Shape(own)} constant was made for products alone.", nameof(value));
        }

        ObjectDisposedException.ThrowIf(!own.IsAlive, own);
        return own;
    }

    // The left operand of a product, which alone may be a constant made for products.
    private static CpuTensor OwnLeft(Tensor value, bool transposed) =>
        !transposed && value is CpuTensor { IsAlive: false, Panels: not null } own ? own : Own(value);

    private CpuTensor Copied(Matrix values, bool isParameter)
    {
        var tensor = new CpuTensor(this, values.Rows, values.Columns, isParameter, isParameter) { IsLasting = !inStep };
        values.Values.CopyTo(new Span<float>(tensor.Values, values.Values.Length));
        return tensor;
    }

    private T Kept<T>(T value)
        where T : IDisposable
    {
        if (inStep)
        {
            stepValues.Add(value);
        }

        return value;
    }

    // A result of the open step; it takes part in the backward pass if the step records and an operand does.
    private CpuTensor Result(int rows, int columns, CpuTensor a, CpuTensor? b = null, CpuTensor? c = null)
    {
        bool gradient = recording && (a.RequiresGradient || b is { RequiresGradient: true } || c is { RequiresGradient: true });
        return Kept(new CpuTensor(this, rows, columns, gradient, isParameter: false));
    }

    // Cuts 0 … count − 1 into blocks that depend on the count alone.
    private void ForElements(long count, Action<long, long> body)
    {
        int blocks = (int)((count + BlockWork - 1) / BlockWork);
        if (blocks <= 2)
        {
            for (long from = 0; from < count; from += BlockWork)
            {
                body(from, Math.Min(BlockWork, count - from));
            }

            return;
        }

        workers.Run(blocks, (block, _) => body(block * BlockWork, Math.Min(BlockWork, count - (block * BlockWork))));
    }

    private static int RowsInBlock(long workOfRow) => (int)Math.Clamp(BlockWork / Math.Max(1, workOfRow), 1, 4096);

    // Cuts rows into blocks (number, first, end, worker) that depend on the count and the work alone.
    private void ForRows(int rows, long workOfRow, Action<int, int, int, int> body)
    {
        int size = RowsInBlock(workOfRow);
        int blocks = (rows + size - 1) / size;
        if (blocks <= 1)
        {
            if (rows > 0)
            {
                body(0, 0, rows, 0);
            }

            return;
        }

        workers.Run(blocks, (block, worker) => body(block, block * size, Math.Min(rows, (block + 1) * size), worker));
    }
}
