using TorchSharp;
using TorchSharp.Modules;

namespace CranePipeline.Tensors.Torch;

/// <summary>The seam's operations on TorchSharp, on a GPU or on the processor; gradients are the library's own.</summary>
public sealed partial class TorchEngine : IEngine, IDeviceMemory
{
    private const long LeastBlockBytes = 16L << 20;
    private const long UsualBlockBytes = 64L << 20;
    private const long MostBlockBytes = 1L << 30;

    private readonly torch.Device device;
    private readonly ConstantPlacement? placement;
    private readonly StepValues step = new();
    private readonly long usedBefore;
    private bool inStep;
    private bool hasGradients;
    private long mostUsed;

    /// <summary>Opens an engine.</summary>
    /// <param name="device">"cuda" or "torch-cpu".</param>
    /// <param name="threads">Processor threads, 0 for the library's choice.</param>
    /// <exception cref="PlatformNotSupportedException">libtorch cannot be loaded, or there is no GPU.</exception>
    public TorchEngine(string device, int threads)
        : this(device, threads, null) { }

    internal TorchEngine(string device, int threads, ConstantPlacement? placement)
    {
        this.placement = placement;
        Name = device;
        Threads = threads > 0 ? threads : Environment.ProcessorCount;
        Libtorch.Load(device);
        bool cuda = device == "cuda";
        if (cuda && !torch.cuda_is_available())
        {
            throw new PlatformNotSupportedException("this machine shows no CUDA GPU; use -Device cpu or -Device torch-cpu");
        }

        this.device = torch.device(cuda ? DeviceType.CUDA : DeviceType.CPU);
        // Gradients are recorded within steps only.
        _ = torch.set_grad_enabled(false);
        if (threads > 0)
        {
            torch.set_num_threads(threads);
        }

        if (cuda)
        {
            // TF32 keeps float32's range with ten bits of mantissa: several times the speed, and far more exact than the half
            // precision that others train with.
            torch.backends.cuda.matmul.allow_tf32 = true;
            torch.backends.cudnn.allow_tf32 = true;
            torch.zeros(1, device: this.device).Dispose();
            usedBefore = DeviceMemory.Read() is { } memory ? memory.Total - memory.Free : 0;
        }
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Threads { get; }

    /// <inheritdoc/>
    /// <remarks>
    /// On a GPU what the device lost since the engine was opened, looked at after every step: the library's allocator keeps what it once
    /// took. On the processor the process's memory.
    /// </remarks>
    public long PeakBytes => device.type == DeviceType.CUDA ? mostUsed : Environment.WorkingSet;

    /// <inheritdoc/>
    public long? AvailableBytes => device.type == DeviceType.CUDA && DeviceMemory.Read() is { } memory ? memory.Free : null;

    /// <inheritdoc/>
    /// <remarks>A constant that would take more than a quarter of the GPU's free memory is kept in float16 or in host memory.</remarks>
    public Tensor Constant(Matrix values) => Placed(HostValues.ToDevice(values, torch.CPU));

    /// <inheritdoc/>
    /// <remarks>Placed as the other; a GPU's is written into host memory first.</remarks>
    public Tensor Constant(int rows, int columns, RowWriter write) => Placed(HostValues.Written(rows, columns, write, Threads));

    /// <inheritdoc/>
    public Tensor Parameter(Matrix initial) =>
        new TorchTensor(this, new Parameter(FromHost(initial), requires_grad: true).DetachFromDisposeScope());

    /// <inheritdoc/>
    public SparseTensor Sparse(CsrMatrix values) => Kept(new TorchSparse(values, device));

    /// <inheritdoc/>
    public IndexTensor Indices(ReadOnlySpan<int> values, int columns, int bound)
    {
        if (columns < 1 || values.Length % columns != 0)
        {
            throw new ArgumentException($"{values.Length} indices do not fill rows of {columns}.");
        }

        foreach (int value in values)
        {
            if ((uint)value >= (uint)bound)
            {
                throw new ArgumentException($"Index {value} is outside 0 … {bound - 1}.");
            }
        }

        return Kept(new TorchIndices(values.ToArray(), columns, bound, device));
    }

    /// <inheritdoc/>
    public bool WorksAhead => device.type == DeviceType.CUDA;

    /// <inheritdoc/>
    public Func<float> ReadLater(Tensor value)
    {
        torch.Tensor kept = Of(value).detach().DetachFromDisposeScope();
        return () =>
        {
            using (kept)
            {
                return kept.item<float>();
            }
        };
    }

    /// <inheritdoc/>
    public Matrix Read(Tensor value) => ToHost(Of(value));

    /// <inheritdoc/>
    public void Assign(Tensor target, Matrix values)
    {
        if ((target.Rows, target.Columns) != (values.Rows, values.Columns))
        {
            throw new ArgumentException(
                $"A {values.Rows} × {values.Columns} matrix cannot be assigned to a {target.Rows} × {target.Columns} tensor."
            );
        }

        using var withoutGradients = torch.no_grad();
        if (target is LargeConstant large)
        {
            large.Assign(values);
        }
        else
        {
            CopyFromHost(Of(target), values);
        }
    }

    /// <inheritdoc/>
    public IDisposable BeginStep(bool gradients)
    {
        if (inStep)
        {
            throw new InvalidOperationException("Steps do not nest.");
        }

        (inStep, hasGradients) = (true, gradients);
        return new StepScope(this, torch.NewDisposeScope(), torch.set_grad_enabled(gradients));
    }

    /// <inheritdoc/>
    public void Backward(Tensor loss)
    {
        if (!inStep || !hasGradients)
        {
            throw new InvalidOperationException("Backward needs an open step that records gradients.");
        }

        if (loss.Rows != 1 || loss.Columns != 1)
        {
            throw new ArgumentException(
                $"Backward starts from a 1 × 1 loss, not from {loss.Rows} × {loss.Columns}.",
                nameof(loss)
            );
        }

        if (loss.RequiresGradient)
        {
            // A step may go back from several losses, which share parts.
            Of(loss).backward(retain_graph: true);
        }
    }

    /// <inheritdoc/>
    public Matrix? ReadGradient(Tensor parameter)
    {
        using var scope = torch.NewDisposeScope();
        return Of(parameter).grad is { } gradient ? ToHost(gradient) : null;
    }

    /// <inheritdoc/>
    public IOptimizer Adam(IReadOnlyList<AdamGroup> groups) => new TorchAdam(groups);

    /// <inheritdoc/>
    public void Dispose() { }

    internal static Matrix ToHost(torch.Tensor value)
    {
        using var scope = torch.NewDisposeScope();
        torch.Tensor host = value.detach().cpu().contiguous();
        // The library cannot read what is empty.
        float[] values = host.numel() == 0 ? [] : host.data<float>().ToArray();
        return new Matrix((int)host.shape[0], (int)host.shape[1], values);
    }

    internal static void CopyFromHost(torch.Tensor target, Matrix values)
    {
        using var scope = torch.NewDisposeScope();
        target.copy_(HostValues.ToDevice(values, torch.CPU));
    }

    /// <summary>Has a value given back with the step, where it is made in one.</summary>
    private T Kept<T>(T value)
        where T : IDisposable => inStep ? step.Keep(value) : value;

    private static torch.Tensor Of(Tensor value) => value is LargeConstant large ? large.Whole() : ((TorchTensor)value).Value;

    private TorchTensor Wrap(torch.Tensor value) => new(this, value);

    private torch.Tensor FromHost(Matrix values) => HostValues.ToDevice(values, device);

    // Takes over values that are in host memory.
    private Tensor Placed(torch.Tensor host)
    {
        ConstantPlacement chosen = placement ?? PlacementOf(sizeof(float) * host.numel());
        if (chosen != ConstantPlacement.Device)
        {
            return Kept(new LargeConstant(this, host, device, chosen));
        }

        if (device.type == DeviceType.CPU)
        {
            return new TorchTensor(this, host);
        }

        using (host)
        {
            return new TorchTensor(this, host.to(device));
        }
    }

    private ConstantPlacement PlacementOf(long bytes) =>
        AvailableBytes is not { } free || bytes <= free / 4 ? ConstantPlacement.Device
        : bytes / 2 <= free / 4 ? ConstantPlacement.DeviceHalf
        : ConstantPlacement.Host;

    /// <summary>
    /// Rows of a <c>[rows × columns]</c> matrix that is made block by block: a twelfth of what is free, for its temporaries.
    /// </summary>
    private int BlockRows(int rows, int columns)
    {
        long bytes = AvailableBytes is { } free ? Math.Clamp(free / 12, LeastBlockBytes, MostBlockBytes) : UsualBlockBytes;
        return (int)Math.Clamp(bytes / (sizeof(float) * Math.Max(1L, columns)), 1, Math.Max(1, rows));
    }

    private void EndStep()
    {
        step.Dispose();
        inStep = false;
        if (device.type == DeviceType.CUDA && DeviceMemory.Read() is { } memory)
        {
            mostUsed = Math.Max(mostUsed, memory.Total - memory.Free - usedBefore);
        }
    }

    private sealed class StepScope(TorchEngine engine, IDisposable values, IDisposable gradientMode) : IDisposable
    {
        public void Dispose()
        {
            gradientMode.Dispose();
            values.Dispose();
            engine.EndStep();
        }
    }
}
