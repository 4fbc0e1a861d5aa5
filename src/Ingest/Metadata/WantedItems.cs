using System.Text;
using CranePipeline.Tables;

namespace CranePipeline.Ingest.Metadata;

/// <summary>The items whose metadata is kept: some, or all of them. Looking one up allocates nothing where it is not wanted.</summary>
internal sealed class WantedItems
{
    private readonly HashSet<string>? ids;

    /// <summary>Prepares the set; null wants everything.</summary>
    public WantedItems(IEnumerable<string>? ids) =>
        this.ids = ids is null ? null : new HashSet<string>(ids, StringComparer.Ordinal);

    /// <summary>The id that a literal spells, without spaces around it, or null where it is not wanted.</summary>
    public string? Find(ReadOnlySpan<byte> literal)
    {
        if (ids is null || literal[0] is not ((byte)'\'' or (byte)'"') || literal.Contains((byte)'\\'))
        {
            if (LiteralText.Decode(literal) is not { } decoded)
            {
                return null;
            }

            string? id = RawIds.Trim(decoded).ToString();
            return ids is null || ids.TryGetValue(id, out id) ? id : null;
        }

        Span<char> text = stackalloc char[literal.Length];
        int length = Encoding.UTF8.GetChars(literal[1..^1], text);
        ReadOnlySpan<char> trimmed = RawIds.Trim(text[..length]);
        return ids.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(trimmed, out string? found) ? found : null;
    }
}
