using TorchSharp;

namespace CranePipeline.Tensors.Torch;

/// <summary>Row numbers held by TorchSharp, flat int64, and on the host, where what depends on them alone is made once.</summary>
internal sealed class TorchIndices(int[] host, int columns, int bound, torch.Device device) : IndexTensor
{
    private readonly Dictionary<int, CompressedRows> compressed = [];

    public torch.Tensor Flat { get; } = HostValues.Indices(host, device).DetachFromDisposeScope();

    /// <summary>Row after row.</summary>
    public int[] Host => host;

    public override int Rows => host.Length / columns;

    public override int Columns => columns;

    /// <summary>All numbers are below it.</summary>
    public int Bound { get; } = bound;

    /// <summary>The matrix of this many columns whose row r has an entry at each number of row r.</summary>
    public CompressedRows Compressed(int width)
    {
        if (!compressed.TryGetValue(width, out CompressedRows? made))
        {
            made = new CompressedRows(host, columns, width, device);
            compressed.Add(width, made);
        }

        return made;
    }

    /// <summary>Only these rows, one after the other.</summary>
    public TorchIndices Only(TorchIndices rows)
    {
        var chosen = new int[rows.Host.Length * columns];
        for (int place = 0; place < rows.Host.Length; place++)
        {
            host.AsSpan(rows.Host[place] * columns, columns).CopyTo(chosen.AsSpan(place * columns));
        }

        return new TorchIndices(chosen, columns, Bound, device);
    }

    public override void Dispose()
    {
        Flat.Dispose();
        foreach (CompressedRows made in compressed.Values)
        {
            made.Dispose();
        }
    }
}
