namespace CranePipeline.Ingest.Internals;

/// <summary>A row as it is kept until rows are grouped by user: 32 bytes.</summary>
internal readonly struct UserRow(UserKey user, Entry entry)
{
    public readonly UserKey User = user;
    public readonly Entry Entry = entry;
}
