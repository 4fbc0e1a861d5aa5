using System.Runtime.CompilerServices;

namespace CranePipeline.Ingest.Rows;

/// <summary>
/// Rows of one file that one worker has read, sorted into parts by their users, so that what is looked up about the users of a part will fit the
/// caches.
/// </summary>
internal sealed class RowStore(IdTable items, BlockPool pool) : IDisposable
{
    /// <summary>How many parts there are.</summary>
    public const int Parts = 1 << PartBits;

    private const int PartBits = 9;

    /// <summary>Has numbered the rows' items.</summary>
    public IdTable Items { get; } = items;

    /// <summary>Rows that are like nearly all.</summary>
    public RowSegments<PackedRow> Packed { get; } = new(pool);

    /// <summary>The other ones.</summary>
    public RowSegments<UserRow> Other { get; } = new(pool);

    /// <summary>How many rows there are.</summary>
    public long Count
    {
        get
        {
            long count = 0;
            for (int part = 0; part < Parts; part++)
            {
                count += CountOf(part);
            }

            return count;
        }
    }

    /// <summary>The part of a user.</summary>
    public static int PartOf(in UserKey user) => (int)(user.Hash >> (64 - PartBits));

    /// <summary>How many rows a part has.</summary>
    public int CountOf(int part) => Packed.CountOf(part) + Other.CountOf(part);

    /// <summary>Keeps a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(in UserKey user, in Entry entry)
    {
        int part = PartOf(in user);
        if (PackedRow.TryPack(user, in entry, out PackedRow row))
        {
            Packed.Add(part, in row);
        }
        else
        {
            Other.Add(part, new UserRow(user, entry));
        }
    }

    /// <summary>Forgets a part's rows.</summary>
    public void Release(int part)
    {
        Packed.Release(part);
        Other.Release(part);
    }

    /// <summary>Forgets all rows.</summary>
    public void Dispose()
    {
        Packed.Dispose();
        Other.Dispose();
    }
}
