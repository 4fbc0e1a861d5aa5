namespace CranePipeline.Ingest.Rows;

/// <summary>Any row: 32 bytes.</summary>
internal readonly struct UserRow(UserKey user, Entry entry) : IUserRow
{
    private readonly Entry entry = entry;

    public UserKey User { get; } = user;

    public int Item => entry.Item;

    public Entry Entry => entry;
}
