using TorchSharp;
using TorchSharp.Modules;

namespace CranePipeline.Tensors.Torch;

/// <summary>The seam's operations on TorchSharp, on a GPU or on the processor; gradients are the library's own.</summary>
public sealed partial class TorchEngine : IEngine
{
    private readonly torch.Device device;
    private bool inStep;

    /// <summary>Opens an engine.</summary>
    /// <param name="device">"cuda" or "torch-cpu".</param>
    /// <param name="threads">Processor threads, 0 for the library's choice.</param>
    /// <exception cref="InvalidOperationException">There is no GPU.</exception>
    public TorchEngine(string device, int threads)
    {
        Name = device;
        bool cuda = device == "cuda";
        if (cuda && !torch.cuda_is_available())
        {
            throw new InvalidOperationException(
                "Device 'cuda' was asked for, but this machine shows no CUDA GPU; use -Device cpu or -Device torch-cpu."
            );
        }

        this.device = torch.device(cuda ? DeviceType.CUDA : DeviceType.CPU);
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
        }
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    /// <remarks>TorchSharp does not tell the allocator's peak; this is the process's own, which leaves out the GPU's memory.</remarks>
    public long PeakBytes => Environment.WorkingSet;

    /// <inheritdoc/>
    public Tensor Constant(Matrix values) => new TorchTensor(FromHost(values));

    /// <inheritdoc/>
    public Tensor Parameter(Matrix initial) =>
        new TorchTensor(new Parameter(FromHost(initial), requires_grad: true).DetachFromDisposeScope());

    /// <inheritdoc/>
    public SparseTensor Sparse(CsrMatrix values) => new TorchSparse(values, device);

    /// <inheritdoc/>
    public IndexTensor Indices(ReadOnlySpan<int> values, int columns, int bound)
    {
        var wide = new long[values.Length];
        for (int place = 0; place < values.Length; place++)
        {
            if ((uint)values[place] >= (uint)bound)
            {
                throw new ArgumentException($"Index {values[place]} is outside 0 … {bound - 1}.");
            }

            wide[place] = values[place];
        }

        return new TorchIndices(torch.tensor(wide, device: device), values.Length / columns, columns);
    }

    /// <inheritdoc/>
    public Matrix Read(Tensor value) => ToHost(Of(value));

    /// <inheritdoc/>
    public void Assign(Tensor target, Matrix values)
    {
        using var withoutGradients = torch.no_grad();
        CopyFromHost(Of(target), values);
    }

    /// <inheritdoc/>
    public IDisposable BeginStep(bool gradients)
    {
        if (inStep)
        {
            throw new InvalidOperationException("Steps do not nest.");
        }

        inStep = true;
        return new StepScope(this, torch.NewDisposeScope(), torch.set_grad_enabled(gradients));
    }

    /// <inheritdoc/>
    public void Backward(Tensor loss) => Of(loss).backward();

    /// <inheritdoc/>
    public Matrix? ReadGradient(Tensor parameter) => Of(parameter).grad is { } gradient ? ToHost(gradient) : null;

    /// <inheritdoc/>
    public IOptimizer Adam(IReadOnlyList<AdamGroup> groups) => new TorchAdam(groups);

    /// <inheritdoc/>
    public void Dispose() { }

    internal static Matrix ToHost(torch.Tensor value)
    {
        using var scope = torch.NewDisposeScope();
        torch.Tensor host = value.detach().cpu().contiguous();
        return new Matrix((int)host.shape[0], (int)host.shape[1], host.data<float>().ToArray());
    }

    internal static void CopyFromHost(torch.Tensor target, Matrix values)
    {
        using var scope = torch.NewDisposeScope();
        target.copy_(torch.tensor(values.Values, [values.Rows, values.Columns]));
    }

    private static torch.Tensor Of(Tensor value) => ((TorchTensor)value).Value;

    private static TorchTensor Wrap(torch.Tensor value) => new(value);

    private torch.Tensor FromHost(Matrix values) => torch.tensor(values.Values, [values.Rows, values.Columns], device: device);

    private sealed class StepScope(TorchEngine engine, IDisposable values, IDisposable gradientMode) : IDisposable
    {
        public void Dispose()
        {
            gradientMode.Dispose();
            values.Dispose();
            engine.inStep = false;
        }
    }
}
