using TorchSharp;

namespace CranePipeline.Tensors.Torch;

/// <summary>
/// Where the entries of a sparse matrix with equally many entries a row stand: what products with it and with its transpose need. The
/// values are given with each product, so that they may be the result of others.
/// </summary>
internal sealed class CompressedRows : IDisposable
{
    private readonly torch.Device device;
    private readonly int rows;
    private readonly int each;
    private readonly int width;
    private readonly int[] host;
    private readonly torch.Tensor offsets;
    private readonly torch.Tensor columns;
    private Turned? turned;

    /// <param name="host">Columns of the entries, row after row.</param>
    /// <param name="each">Entries of a row.</param>
    /// <param name="width">Columns of the matrix.</param>
    /// <param name="device">Where to compute.</param>
    public CompressedRows(int[] host, int each, int width, torch.Device device)
    {
        (this.host, this.each, this.width, this.device, rows) = (host, each, width, device, host.Length / each);
        int[] starts = [.. Enumerable.Range(0, rows + 1).Select(row => row * each)];
        offsets = HostValues.ToDevice<int>(starts, device).DetachFromDisposeScope();
        columns = HostValues.ToDevice<int>(host, device).DetachFromDisposeScope();
    }

    /// <summary>The matrix with these values <c>[entries]</c>, times a.</summary>
    public torch.Tensor Product(torch.Tensor values, torch.Tensor a) =>
        Script.Product(Script.CompressedRows(offsets, columns, values, rows, width), a);

    /// <summary>Its transpose, times a.</summary>
    public torch.Tensor TransposedProduct(torch.Tensor values, torch.Tensor a)
    {
        turned ??= Turn();
        torch.Tensor ordered = values.index_select(0, turned.Order);
        return Script.Product(Script.CompressedRows(turned.Offsets, turned.Columns, ordered, width, rows), a);
    }

    public void Dispose()
    {
        offsets.Dispose();
        columns.Dispose();
        turned?.Dispose();
    }

    private Turned Turn()
    {
        var starts = new int[width + 1];
        foreach (int column in host)
        {
            starts[column + 1]++;
        }

        for (int column = 0; column < width; column++)
        {
            starts[column + 1] += starts[column];
        }

        int[] next = starts[..width];
        var turnedRows = new int[host.Length];
        var order = new long[host.Length];
        for (int entry = 0; entry < host.Length; entry++)
        {
            int place = next[host[entry]]++;
            (turnedRows[place], order[place]) = (entry / each, entry);
        }

        return new Turned(
            HostValues.ToDevice<int>(starts, device).DetachFromDisposeScope(),
            HostValues.ToDevice<int>(turnedRows, device).DetachFromDisposeScope(),
            HostValues.ToDevice<long>(order, device).DetachFromDisposeScope()
        );
    }

    /// <summary>The transpose, and for each of its entries the one it was.</summary>
    private sealed record Turned(torch.Tensor Offsets, torch.Tensor Columns, torch.Tensor Order) : IDisposable
    {
        public void Dispose()
        {
            Offsets.Dispose();
            Columns.Dispose();
            Order.Dispose();
        }
    }
}
