using System.Buffers.Text;
using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.SampleData;

/// <summary>
/// A headerless ratings file as the Amazon data has it, any number of rows: user,item,rating,timestamp. Blocks of rows
/// are drawn in parallel, each from a stream of its own, and written in order.
/// </summary>
internal sealed class RatingsFile(GenerateOptions options, int threads)
{
    private const int BlockRows = 1 << 16;
    private const int RowBytes = IdentifierMaker.UserLength + IdentifierMaker.ItemLength + 18;

    private readonly IdentifierMaker identifiers = new(options.Seed);
    private readonly PopularitySampler users = new(options.Users, 1 + options.Users / 50.0);
    private readonly PopularitySampler items = new(options.Items, 1 + options.Items / 500.0);

    /// <summary>Writes all rows.</summary>
    public void Write(Stream destination, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        long blocks = (options.Interactions + BlockRows - 1) / BlockRows;
        byte[][] buffers = new byte[threads][];
        int[] lengths = new int[threads];
        for (int slot = 0; slot < threads; slot++)
        {
            buffers[slot] = new byte[BlockRows * RowBytes];
        }

        var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
        for (long first = 0; first < blocks; first += threads)
        {
            int count = (int)Math.Min(threads, blocks - first);
            Parallel.For(0, count, parallel, slot => lengths[slot] = Fill(first + slot, buffers[slot]));
            for (int slot = 0; slot < count; slot++)
            {
                destination.Write(buffers[slot].AsSpan(0, lengths[slot]));
            }

            long done = Math.Min((first + count) * BlockRows, options.Interactions);
            progress?.Report(new WorkProgress($"generating ratings_{options.Name}.csv", "rows", done, options.Interactions));
        }
    }

    private int Fill(long block, byte[] buffer)
    {
        var random = new RandomStream(options.Seed, "generate ratings", block);
        int rows = (int)Math.Min(BlockRows, options.Interactions - block * BlockRows);
        Span<byte> left = buffer;
        for (int row = 0; row < rows; row++)
        {
            identifiers.WriteUser(users.Draw(ref random), left);
            left = left[IdentifierMaker.UserLength..];
            left[0] = (byte)',';
            identifiers.WriteItem(items.Draw(ref random), left[1..]);
            left = left[(1 + IdentifierMaker.ItemLength)..];
            int draw = random.NextInt32(100);
            int rating = draw switch
            {
                < 56 => 5,
                < 75 => 4,
                < 84 => 3,
                < 90 => 2,
                _ => 1,
            };
            left[0] = (byte)',';
            left[1] = (byte)('0' + rating);
            ".0,"u8.CopyTo(left[2..]);

            // Whole days from 2004 to 2014, as the published timestamps are.
            Utf8Formatter.TryFormat((12_418L + random.NextInt32(3_850)) * 86_400, left[5..], out int digits);
            left[5 + digits] = (byte)'\n';
            left = left[(6 + digits)..];
        }

        return buffer.Length - left.Length;
    }
}
