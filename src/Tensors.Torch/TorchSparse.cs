using TorchSharp;

namespace CranePipeline.Tensors.Torch;

/// <summary>
/// A constant sparse matrix and its transpose in coordinate form. Both are kept, because a product's gradient multiplies by the transpose,
/// and transposing a coordinate matrix on every step would sort it on every step.
/// </summary>
internal sealed class TorchSparse : SparseTensor
{
    private readonly CsrMatrix host;
    private readonly torch.Device device;
    private IReadOnlyList<DegreeBucket>? buckets;

    public TorchSparse(CsrMatrix host, torch.Device device)
    {
        this.host = host;
        this.device = device;
        Forward = Coordinates(host, device);
        Transposed = Coordinates(host.Transpose(), device);
        EntryRows = torch.tensor(RowOfEachEntry(host), device: device).DetachFromDisposeScope();
        EntryColumns = torch
            .tensor(Array.ConvertAll(host.ColumnIndices, column => (long)column), device: device)
            .DetachFromDisposeScope();
    }

    public torch.Tensor Forward { get; }

    public torch.Tensor Transposed { get; }

    /// <summary>Row of each entry, <c>[entries]</c>.</summary>
    public torch.Tensor EntryRows { get; }

    /// <summary>Column of each entry, <c>[entries]</c>.</summary>
    public torch.Tensor EntryColumns { get; }

    public override int Rows => host.Rows;

    public override int Columns => host.Columns;

    /// <summary>
    /// Rows of similar degree with their columns padded to one width, which turns a ragged maximum into a few rectangular ones; padding at
    /// most doubles the entries. The padding is column <see cref="Columns"/>.
    /// </summary>
    public IReadOnlyList<DegreeBucket> Buckets => buckets ??= MakeBuckets();

    public override void Dispose()
    {
        Forward.Dispose();
        Transposed.Dispose();
        EntryRows.Dispose();
        EntryColumns.Dispose();
        foreach (DegreeBucket bucket in buckets ?? [])
        {
            bucket.Rows.Dispose();
            bucket.Columns.Dispose();
        }
    }

    private static torch.Tensor Coordinates(CsrMatrix matrix, torch.Device device)
    {
        using var scope = torch.NewDisposeScope();
        torch.Tensor rows = torch.tensor(RowOfEachEntry(matrix));
        torch.Tensor columns = torch.tensor(Array.ConvertAll(matrix.ColumnIndices, column => (long)column));
        torch.Tensor indices = torch.stack([rows, columns], 0).to(device);
        torch.Tensor values = torch.tensor(matrix.Values, device: device);
        // TorchSharp has no coalesce(), without which every product would sort the entries anew; a power of a sparse tensor returns one.
        return torch.sparse_coo_tensor(indices, values, [matrix.Rows, matrix.Columns]).pow(1).DetachFromDisposeScope();
    }

    private static long[] RowOfEachEntry(CsrMatrix matrix)
    {
        var rows = new long[matrix.EntryCount];
        for (int row = 0; row < matrix.Rows; row++)
        {
            rows.AsSpan(matrix.RowOffsets[row]..matrix.RowOffsets[row + 1]).Fill(row);
        }

        return rows;
    }

    private List<DegreeBucket> MakeBuckets()
    {
        var made = new List<DegreeBucket>();
        int Degree(int row) => host.RowOffsets[row + 1] - host.RowOffsets[row];
        for (int width = 1, below = 0; below < host.Columns; below = width, width *= 2)
        {
            int[] rows = [.. Enumerable.Range(0, host.Rows).Where(row => Degree(row) > below && Degree(row) <= width)];
            if (rows.Length == 0)
            {
                continue;
            }

            var columns = new long[rows.Length * width];
            Array.Fill(columns, host.Columns);
            for (int place = 0; place < rows.Length; place++)
            {
                ReadOnlySpan<int> entries = host.RowColumns(rows[place]);
                for (int entry = 0; entry < entries.Length; entry++)
                {
                    columns[(place * width) + entry] = entries[entry];
                }
            }

            long[] targets = Array.ConvertAll(rows, row => (long)row);
            made.Add(
                new DegreeBucket(
                    torch.tensor(targets, device: device).DetachFromDisposeScope(),
                    torch.tensor(columns, device: device).DetachFromDisposeScope(),
                    width
                )
            );
        }

        return made;
    }
}

/// <summary>Rows of similar degree: their numbers <c>[n]</c>, and their columns <c>[n · Width]</c>.</summary>
internal sealed record DegreeBucket(torch.Tensor Rows, torch.Tensor Columns, int Width);
