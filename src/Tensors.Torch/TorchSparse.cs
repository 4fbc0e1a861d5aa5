using TorchSharp;

namespace CranePipeline.Tensors.Torch;

/// <summary>
/// A constant sparse matrix and its transpose in compressed rows. Both are kept, because a product's gradient multiplies by the transpose,
/// and products with rows are several times as fast as products with columns.
/// </summary>
internal sealed class TorchSparse : SparseTensor
{
    private readonly CsrMatrix host;
    private readonly torch.Device device;
    private readonly Lazy<CsrMatrix> hostTransposed;
    private readonly Lazy<torch.Tensor> entryRows;
    private readonly Lazy<torch.Tensor> entryColumns;
    private IReadOnlyList<DegreeBucket>? buckets;

    public TorchSparse(CsrMatrix host, torch.Device device)
    {
        this.host = host;
        this.device = device;
        hostTransposed = new Lazy<CsrMatrix>(host.Transpose);
        Forward = Compressed(host, device);
        Transposed = Compressed(hostTransposed.Value, device);
        entryRows = new Lazy<torch.Tensor>(() => Wide(RowOfEachEntry(host)));
        entryColumns = new Lazy<torch.Tensor>(() => Wide(host.ColumnIndices));
    }

    public torch.Tensor Forward { get; }

    public torch.Tensor Transposed { get; }

    /// <summary>Row of each entry, <c>[entries]</c>.</summary>
    public torch.Tensor EntryRows => entryRows.Value;

    /// <summary>Column of each entry, <c>[entries]</c>.</summary>
    public torch.Tensor EntryColumns => entryColumns.Value;

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
        foreach (Lazy<torch.Tensor> entries in (Lazy<torch.Tensor>[])[entryRows, entryColumns])
        {
            if (entries.IsValueCreated)
            {
                entries.Value.Dispose();
            }
        }

        foreach (DegreeBucket bucket in buckets ?? [])
        {
            bucket.Rows.Dispose();
            bucket.Columns.Dispose();
        }
    }

    /// <summary>These rows of the matrix, or of its transpose, one after the other.</summary>
    public TorchSparse Only(int[] rows, bool transpose) =>
        new((transpose ? hostTransposed.Value : host).SelectRows(rows), device);

    private static torch.Tensor Compressed(CsrMatrix matrix, torch.Device device)
    {
        using var scope = torch.NewDisposeScope();
        return Script
            .CompressedRows(
                HostValues.ToDevice<int>(matrix.RowOffsets, device),
                HostValues.ToDevice<int>(matrix.ColumnIndices, device),
                HostValues.ToDevice<float>(matrix.Values, device),
                matrix.Rows,
                matrix.Columns
            )
            .DetachFromDisposeScope();
    }

    private torch.Tensor Wide(int[] numbers) => HostValues.Indices(numbers, device).DetachFromDisposeScope();

    private static int[] RowOfEachEntry(CsrMatrix matrix)
    {
        var rows = new int[matrix.EntryCount];
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

            var columns = new int[rows.Length * width];
            Array.Fill(columns, host.Columns);
            for (int place = 0; place < rows.Length; place++)
            {
                ReadOnlySpan<int> entries = host.RowColumns(rows[place]);
                for (int entry = 0; entry < entries.Length; entry++)
                {
                    columns[(place * width) + entry] = entries[entry];
                }
            }

            made.Add(
                new DegreeBucket(
                    HostValues.Indices(rows, device).DetachFromDisposeScope(),
                    HostValues.Indices(columns, device).DetachFromDisposeScope(),
                    width
                )
            );
        }

        return made;
    }
}

/// <summary>Rows of similar degree: their numbers <c>[n]</c>, and their columns <c>[n · Width]</c>.</summary>
internal sealed record DegreeBucket(torch.Tensor Rows, torch.Tensor Columns, int Width);
