using System.Runtime.InteropServices;
using TorchSharp;

namespace CranePipeline.Tensors.Torch;

/// <summary>Brings the host's numbers to a device, where TorchSharp's own way copies them twice first.</summary>
internal static class HostValues
{
    /// <summary><c>[count]</c>.</summary>
    public static torch.Tensor ToDevice<T>(ReadOnlySpan<T> values, torch.Device device)
        where T : unmanaged
    {
        torch.ScalarType type =
            typeof(T) == typeof(int) ? torch.ScalarType.Int32
            : typeof(T) == typeof(long) ? torch.ScalarType.Int64
            : torch.ScalarType.Float32;
        torch.Tensor host = torch.empty(values.Length, dtype: type);
        values.CopyTo(MemoryMarshal.Cast<byte, T>(host.bytes));
        if (device.type == DeviceType.CPU)
        {
            return host;
        }

        using (host)
        {
            return host.to(device);
        }
    }

    /// <summary><c>[rows × columns]</c>.</summary>
    public static torch.Tensor ToDevice(Matrix values, torch.Device device)
    {
        using torch.Tensor flat = ToDevice<float>(values.Values, device);
        return flat.view(values.Rows, values.Columns);
    }

    /// <summary>Row numbers as the library's own operations take them, int64.</summary>
    public static torch.Tensor Indices(ReadOnlySpan<int> numbers, torch.Device device)
    {
        using torch.Tensor narrow = ToDevice(numbers, device);
        return narrow.to(torch.ScalarType.Int64);
    }
}
