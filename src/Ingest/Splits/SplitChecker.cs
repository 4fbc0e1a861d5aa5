using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CranePipeline.Ingest.Splits;

/// <summary>
/// Applies the rule for users without training interactions and counts what splits have become; of several seeds in one walk over the rows,
/// with a word of four bits a seed, one a part, for each row, user and item.
/// </summary>
internal sealed class SplitChecker
{
    /// <summary>How many seeds one walk can take.</summary>
    public const int MostSeeds = 32 / BitsPerSeed;

    private const int BitsPerSeed = 4;

    // The bit for training of every seed.
    private const uint Trained = 0x11111111;

    // Few enough to stay near, and whole users.
    private const int ChunkRows = 4096;
    private readonly SplitPart[][] parts;
    private readonly int[] users;
    private readonly int[] items;
    private readonly bool drop;
    private readonly uint[] itemParts;
    private readonly SeedTally[] tallies;
    private uint[] words = new uint[ChunkRows];
    private int repeated;

    private SplitChecker(SplitPart[][] parts, int[] users, int[] items, int itemCount, bool drop)
    {
        (this.parts, this.users, this.items, this.drop) = (parts, users, items, drop);
        itemParts = new uint[itemCount];
        tallies = new SeedTally[parts.Length];
    }

    /// <summary>Finishes the parts of up to <see cref="MostSeeds"/> seeds.</summary>
    /// <returns>A report a seed.</returns>
    public static SplitReport[] Finish(
        SplitPart[][] parts,
        long[] seeds,
        int[] users,
        int[] items,
        int itemCount,
        SplitOptions options,
        int untimed,
        int threads
    )
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(seeds.Length, MostSeeds);
        bool drop = options.ColdStartUsers == ColdStartUsers.Drop;
        int[] bounds = Bounds(users, threads);
        SplitChecker[] checkers = new SplitChecker[threads];
        Parallel.For(
            0,
            threads,
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            range =>
            {
                checkers[range] = new SplitChecker(parts, users, items, itemCount, drop);
                checkers[range].Check(bounds[range], bounds[range + 1]);
            }
        );
        int[] coldItems = ColdItems(checkers, itemCount, seeds.Length);
        return
        [
            .. seeds.Select(
                (seed, place) =>
                {
                    SeedTally sum = new();
                    foreach (SplitChecker checker in checkers)
                    {
                        sum.Add(checker.tallies[place]);
                    }

                    return new SplitReport
                    {
                        Method = options.Method,
                        Seed = seed,
                        Train = sum.Train,
                        Valid = sum.Valid,
                        Test = sum.Test,
                        Dropped = users.Length - sum.Train - sum.Valid - sum.Test,
                        PairsInTwoParts = checkers.Sum(checker => checker.repeated),
                        ColdStartUsers = sum.ColdUsers,
                        ColdStartInteractions = sum.ColdRows,
                        EveryUserKnown = sum.ColdUsers == 0 || drop,
                        ColdStartItems = coldItems[place],
                        WithoutTimestamp = untimed,
                    };
                }
            ),
        ];
    }

    /// <summary>Cuts the rows into ranges of about equal length, none within a user's rows.</summary>
    private static int[] Bounds(int[] users, int ranges)
    {
        int[] bounds = new int[ranges + 1];
        for (int range = 1; range < ranges; range++)
        {
            int row = (int)((long)users.Length * range / ranges);
            bounds[range] = Math.Max(UserEnd(users, row), bounds[range - 1]);
        }

        bounds[ranges] = users.Length;
        return bounds;
    }

    /// <summary>The first row from here on that does not belong to the same user as the one before it.</summary>
    private static int UserEnd(int[] users, int row)
    {
        while (row > 0 && row < users.Length && users[row] == users[row - 1])
        {
            row++;
        }

        return row;
    }

    private void Check(int low, int high)
    {
        for (int first = low; first < high; )
        {
            int end = UserEnd(users, Math.Min(high, first + ChunkRows));
            if (words.Length < end - first)
            {
                words = new uint[Math.Max(end - first, 2 * words.Length)];
            }

            Span<uint> rowParts = words.AsSpan(0, end - first);
            Gather(first, rowParts);
            CheckUsers(first, users.AsSpan(first, rowParts.Length), items.AsSpan(first, rowParts.Length), rowParts);
            CheckItems(items.AsSpan(first, rowParts.Length), rowParts);
            for (int seed = 0; seed < parts.Length; seed++)
            {
                tallies[seed].Count(parts[seed].AsSpan(first, rowParts.Length));
            }

            first = end;
        }
    }

    private void Gather(int first, Span<uint> rowParts)
    {
        rowParts.Clear();
        for (int seed = 0; seed < parts.Length; seed++)
        {
            ReadOnlySpan<SplitPart> own = parts[seed].AsSpan(first, rowParts.Length);
            int row = 0;
            if (Avx2.IsSupported)
            {
                ref byte part = ref MemoryMarshal.GetReference(MemoryMarshal.AsBytes(own));
                ref uint word = ref MemoryMarshal.GetReference(rowParts);
                Vector256<uint> shift = Vector256.Create((uint)(BitsPerSeed * seed));
                for (; row + Vector256<uint>.Count <= own.Length; row += Vector256<uint>.Count)
                {
                    Vector128<byte> eight = Vector128
                        .CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref part, row)))
                        .AsByte();
                    Vector256<uint> bits = Avx2.ShiftLeftLogicalVariable(
                        Vector256<uint>.One,
                        Avx2.ConvertToVector256Int32(eight).AsUInt32() + shift
                    );
                    (Vector256.LoadUnsafe(ref word, (nuint)row) | bits).StoreUnsafe(ref word, (nuint)row);
                }
            }

            for (; row < own.Length; row++)
            {
                rowParts[row] |= Bit(own[row], seed);
            }
        }
    }

    /// <summary>Which part comes next cannot be foretold, so the loop over a user's rows does not branch on it.</summary>
    private void CheckUsers(int first, ReadOnlySpan<int> users, ReadOnlySpan<int> items, Span<uint> rowParts)
    {
        for (int start = 0; start < users.Length; )
        {
            int user = users[start];
            int lastItem = -1;
            uint seen = 0;
            int row = start;
            for (; row < users.Length && users[row] == user; row++)
            {
                seen |= rowParts[row];
                repeated += items[row] == lastItem ? 1 : 0;
                lastItem = items[row];
            }

            for (uint cold = Cold(seen); cold != 0; cold &= cold - 1)
            {
                CheckColdUser(BitOperations.TrailingZeroCount(cold) / BitsPerSeed, first, rowParts, start, row);
            }

            start = row;
        }
    }

    private void CheckColdUser(int seed, int first, Span<uint> rowParts, int start, int end)
    {
        Span<SplitPart> own = parts[seed].AsSpan(first + start, end - start);
        tallies[seed].ColdUsers++;
        tallies[seed].ColdRows += own.Count(SplitPart.Valid) + own.Count(SplitPart.Test);
        if (drop)
        {
            own.Fill(SplitPart.Dropped);
            foreach (ref uint word in rowParts[start..end])
            {
                word &= ~(0xFu << (BitsPerSeed * seed));
                word |= Bit(SplitPart.Dropped, seed);
            }
        }
    }

    private void CheckItems(ReadOnlySpan<int> items, ReadOnlySpan<uint> rowParts)
    {
        uint[] target = itemParts;
        for (int row = 0; row < items.Length; row++)
        {
            target[items[row]] |= rowParts[row];
        }
    }

    /// <summary>Counts for each seed the items that are in validation or test and not in training.</summary>
    private static int[] ColdItems(SplitChecker[] checkers, int itemCount, int seeds)
    {
        int[] counts = new int[seeds];
        for (int item = 0; item < itemCount; item++)
        {
            uint seen = 0;
            foreach (SplitChecker checker in checkers)
            {
                seen |= checker.itemParts[item];
            }

            for (uint cold = Cold(seen); cold != 0; cold &= cold - 1)
            {
                counts[BitOperations.TrailingZeroCount(cold) / BitsPerSeed]++;
            }
        }

        return counts;
    }

    private static uint Bit(SplitPart part, int seed) => 1u << ((int)part + BitsPerSeed * seed);

    /// <summary>The training bit of every seed in which something is in validation or test and not in training.</summary>
    private static uint Cold(uint seen) => (seen >> (int)SplitPart.Valid | seen >> (int)SplitPart.Test) & Trained & ~seen;

    private struct SeedTally
    {
        public int Train;
        public int Valid;
        public int Test;
        public int ColdUsers;
        public int ColdRows;

        public void Count(ReadOnlySpan<SplitPart> parts)
        {
            ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(parts);
            Train += bytes.Count((byte)SplitPart.Train);
            Valid += bytes.Count((byte)SplitPart.Valid);
            Test += bytes.Count((byte)SplitPart.Test);
        }

        public void Add(in SeedTally other)
        {
            Train += other.Train;
            Valid += other.Valid;
            Test += other.Test;
            ColdUsers += other.ColdUsers;
            ColdRows += other.ColdRows;
        }
    }
}
