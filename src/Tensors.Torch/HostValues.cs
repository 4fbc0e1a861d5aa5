using System.Runtime.InteropServices;
using TorchSharp;

namespace CranePipeline.Tensors.Torch;

/// <summary>Brings the host's numbers to a device, where TorchSharp's own way copies them twice first.</summary>
internal static class HostValues
{
    private const int ChunkRows = 256;

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

    /// <summary><c>[rows × columns]</c> in host memory, written row by row on so many threads.</summary>
    public static torch.Tensor Written(int rows, int columns, RowWriter write, int threads)
    {
        torch.Tensor host = torch.empty(rows, columns, dtype: torch.ScalarType.Float32);
        Parallel.For(
            0,
            (rows + ChunkRows - 1) / ChunkRows,
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            chunk =>
            {
                // A part at a time, because a span is at most 2 GiB long.
                int first = chunk * ChunkRows;
                using torch.Tensor part = host.narrow(0, first, Math.Min(ChunkRows, rows - first));
                Span<float> values = MemoryMarshal.Cast<byte, float>(part.bytes);
                for (int at = 0; at < part.shape[0]; at++)
                {
                    write(first + at, values.Slice(at * columns, columns));
                }
            }
        );
        return host;
    }

    /// <summary>Row numbers as the library's own operations take them, int64.</summary>
    public static torch.Tensor Indices(ReadOnlySpan<int> numbers, torch.Device device)
    {
        using torch.Tensor narrow = ToDevice(numbers, device);
        return narrow.to(torch.ScalarType.Int64);
    }
}
