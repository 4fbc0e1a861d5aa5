namespace CranePipeline.SampleData;

/// <summary>
/// Raw ids that look like Amazon's. A number is multiplied by a constant prime to 36 modulo a power of 36, which is a
/// bijection: ids never collide, and their order has nothing to do with popularity.
/// </summary>
internal readonly struct IdentifierMaker(long seed)
{
    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const ulong ItemSpace = 78_364_164_096; // 36^7
    private const ulong UserSpace = 4_738_381_338_321_616_896; // 36^12
    private const ulong Multiplier = 2_654_435_769_013;

    private readonly ulong itemShift = new Tensors.RandomStream(seed, "generate item ids").NextUInt64() % ItemSpace;
    private readonly ulong userShift = new Tensors.RandomStream(seed, "generate user ids").NextUInt64() % UserSpace;

    /// <summary>Characters of an item id.</summary>
    public const int ItemLength = 10;

    /// <summary>Characters of a user id.</summary>
    public const int UserLength = 13;

    /// <summary>Writes the ten characters of an item's id, "B00" and seven digits.</summary>
    public void WriteItem(long item, Span<byte> destination)
    {
        "B00"u8.CopyTo(destination);
        WriteDigits((ulong)(((UInt128)(ulong)item * Multiplier + itemShift) % ItemSpace), destination[3..ItemLength]);
    }

    /// <summary>Writes the thirteen characters of a user's id, "A" and twelve digits.</summary>
    public void WriteUser(long user, Span<byte> destination)
    {
        destination[0] = (byte)'A';
        WriteDigits((ulong)(((UInt128)(ulong)user * Multiplier + userShift) % UserSpace), destination[1..UserLength]);
    }

    /// <summary>An item's id as a string.</summary>
    public string Item(long item)
    {
        Span<byte> bytes = stackalloc byte[ItemLength];
        WriteItem(item, bytes);
        return System.Text.Encoding.ASCII.GetString(bytes);
    }

    /// <summary>A user's id as a string.</summary>
    public string User(long user)
    {
        Span<byte> bytes = stackalloc byte[UserLength];
        WriteUser(user, bytes);
        return System.Text.Encoding.ASCII.GetString(bytes);
    }

    private static void WriteDigits(ulong value, Span<byte> destination)
    {
        for (int place = destination.Length - 1; place >= 0; place--)
        {
            (value, ulong digit) = Math.DivRem(value, 36);
            destination[place] = (byte)Digits[(int)digit];
        }
    }
}
