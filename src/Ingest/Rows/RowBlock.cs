namespace CranePipeline.Ingest.Rows;

/// <summary>Rows of one chunk with interned ids.</summary>
internal sealed class RowBlock(int count) : IDisposable
{
    private readonly NativeBuffer<int> users = new(count);
    private readonly NativeBuffer<Entry> entries = new(count);

    public Span<int> Users => users.Span;

    public Span<Entry> Entries => entries.Span;

    public void Dispose()
    {
        users.Dispose();
        entries.Dispose();
    }
}
