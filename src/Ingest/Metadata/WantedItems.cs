using System.Text;

namespace CranePipeline.Ingest.Metadata;

/// <summary>The items whose metadata is kept: some, or all of them. Looking one up allocates nothing where it is not wanted.</summary>
internal sealed class WantedItems
{
    private readonly HashSet<string>? ids;

    /// <summary>Prepares the set; null wants everything.</summary>
    public WantedItems(IEnumerable<string>? ids) =>
        this.ids = ids is null ? null : new HashSet<string>(ids, StringComparer.Ordinal);

    /// <summary>The id that a literal spells, or null where it is not wanted.</summary>
    public string? Find(ReadOnlySpan<byte> literal)
    {
        if (ids is null || literal[0] is not ((byte)'\'' or (byte)'"') || literal.Contains((byte)'\\'))
        {
            string? id = LiteralText.Decode(literal);
            return id is not null && (ids is null || ids.TryGetValue(id, out id)) ? id : null;
        }

        Span<char> text = stackalloc char[literal.Length];
        int length = Encoding.UTF8.GetChars(literal[1..^1], text);
        return ids.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text[..length], out string? found) ? found : null;
    }
}
