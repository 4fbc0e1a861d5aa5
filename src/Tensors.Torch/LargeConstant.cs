using TorchSharp;

namespace CranePipeline.Tensors.Torch;

/// <summary>Where a constant is kept.</summary>
internal enum ConstantPlacement
{
    /// <summary>On the device in float32.</summary>
    Device,

    /// <summary>On the device in float16; products bring it back to float32 block by block.</summary>
    DeviceHalf,

    /// <summary>In host memory, pinned where the device is a GPU; products fetch it block by block.</summary>
    Host,
}

/// <summary>A constant too large for the device in float32: features of many items.</summary>
internal sealed class LargeConstant : Tensor
{
    private const long BlockBytes = 16L << 20;

    /// <summary>Largest magnitude that float16 holds.</summary>
    private const float LargestHalf = 65504f;

    private readonly torch.Tensor stored;
    private readonly torch.Device device;

    /// <summary>Takes the values over, which are in host memory.</summary>
    public LargeConstant(IEngine engine, torch.Tensor host, torch.Device device, ConstantPlacement placement)
    {
        using var scope = torch.NewDisposeScope();
        (Engine, this.device, Rows, Columns) = (engine, device, (int)host.shape[0], (int)host.shape[1]);
        bool fitsHalf =
            placement == ConstantPlacement.DeviceHalf
            && host.min().item<float>() >= -LargestHalf
            && host.max().item<float>() <= LargestHalf;
        stored = (
            fitsHalf ? host.to(torch.ScalarType.Float16).to(device)
            : device.type == DeviceType.CUDA ? host.pin_memory()
            : host
        ).DetachFromDisposeScope();
        if (!ReferenceEquals(stored, host))
        {
            host.Dispose();
        }
    }

    public override IEngine Engine { get; }

    public override int Rows { get; }

    public override int Columns { get; }

    public override bool RequiresGradient => false;

    /// <summary>Rows that are on the device in float32 at a time.</summary>
    public long BlockRows => Math.Max(1, BlockBytes / (sizeof(float) * Math.Max(1L, Columns)));

    /// <summary>Some rows in float32 on the device, owned by the open dispose scope.</summary>
    public torch.Tensor Block(long start, long count) => stored.narrow(0, start, count).to(device).to(torch.ScalarType.Float32);

    /// <summary>All rows in float32 on the device.</summary>
    public torch.Tensor Whole() => Block(0, Rows);

    public void Assign(Matrix values)
    {
        using var scope = torch.NewDisposeScope();
        stored.copy_(HostValues.ToDevice(values, torch.CPU));
    }

    public override void Dispose() => stored.Dispose();
}
