using CranePipeline.Tensors.Cpu;
using NUnit.Framework;

namespace CranePipeline.Tensors.Tests;

/// <summary>What the CPU engine's memory is lent from.</summary>
[TestFixture]
internal sealed unsafe class BufferPoolTests
{
    // Floats of a large page, from which sizes are whole pages.
    private const int Page = LargePages.Size / sizeof(float);

    [Test]
    public void A_buffer_that_comes_back_is_lent_again()
    {
        using var pool = new BufferPool();
        NativeBuffer first = pool.Rent(1000);
        pool.Return(first);
        Assert.That(pool.Rent(1000), Is.EqualTo(first));
        pool.Return(first);
        Assert.That(pool.LentBytes, Is.Zero);
    }

    [Test]
    public void Small_buffers_of_nearly_one_size_share_their_memory()
    {
        using var pool = new BufferPool();
        NativeBuffer first = pool.Rent(1000);
        pool.Return(first);
        Assert.That(pool.Rent(1010).Address, Is.EqualTo(first.Address));
        Assert.That(pool.PeakBytes, Is.EqualTo(first.Bytes));
    }

    [Test]
    public void A_buffer_has_what_was_asked_for([Values(0, 1, 255, 257, 245_761, 262_128, 262_143, 262_144, 262_145)] long count)
    {
        using var pool = new BufferPool();
        NativeBuffer buffer = pool.Rent(count);
        Assert.That(
            buffer.Bytes,
            Is.GreaterThanOrEqualTo(count * sizeof(float)).And.LessThan((count * sizeof(float) * 1.25) + 1088)
        );
        new Span<float>(buffer.Floats, (int)count).Fill(1);
        pool.Return(buffer);
        Assert.That(pool.LentBytes, Is.Zero);
    }

    [Test]
    public void Large_buffers_that_come_back_side_by_side_make_room_for_a_larger_one()
    {
        using var pool = new BufferPool();
        NativeBuffer[] buffers = Waiting(pool, 2, 3, 4);

        NativeBuffer nine = pool.Rent(9 * Page);
        Assert.That(nine.Address, Is.EqualTo(buffers[0].Address));
        Assert.That(pool.PeakBytes, Is.EqualTo(9L * LargePages.Size));
    }

    [Test]
    public void The_lowest_place_that_is_wide_enough_is_lent_and_the_rest_of_it_stays_free()
    {
        using var pool = new BufferPool();
        NativeBuffer[] buffers = [.. new[] { 2, 1, 8, 1, 4 }.Select(pages => pool.Rent(pages * Page))];
        pool.Return(buffers[0]);
        pool.Return(buffers[2]);
        Assert.That(pool.Rent(3 * Page).Address, Is.EqualTo(buffers[2].Address));
        Assert.That(pool.Rent(5 * Page).Address, Is.EqualTo(buffers[2].Address + (3 * LargePages.Size)));
        Assert.That(pool.Rent(2 * Page).Address, Is.EqualTo(buffers[0].Address));
        Assert.That(pool.PeakBytes, Is.EqualTo(16L * LargePages.Size), "what waited was enough");
        Assert.That(pool.LentBytes, Is.EqualTo(16L * LargePages.Size));
    }

    [Test]
    public void What_is_lent_never_overlaps()
    {
        using var pool = new BufferPool();
        var stream = new RandomStream(3, "lending");
        var lent = new List<NativeBuffer>();
        for (int round = 0; round < 2000; round++)
        {
            if (lent.Count > 0 && stream.NextDouble() < 0.48)
            {
                int chosen = (int)(stream.NextDouble() * lent.Count);
                pool.Return(lent[chosen]);
                lent.RemoveAt(chosen);
            }
            else
            {
                // From a few bytes to some fifteen megabytes.
                lent.Add(pool.Rent((long)Math.Pow(4e6, stream.NextDouble())));
            }

            if (round % 50 == 0)
            {
                NativeBuffer[] order = [.. lent.OrderBy(buffer => buffer.Address)];
                for (int place = 1; place < order.Length; place++)
                {
                    Assert.That(
                        order[place - 1].Address + (nint)order[place - 1].Bytes,
                        Is.LessThanOrEqualTo(order[place].Address)
                    );
                }

                Assert.That(pool.LentBytes, Is.EqualTo(lent.Sum(buffer => buffer.Bytes)));
            }
        }

        lent.ForEach(pool.Return);
        Assert.That(pool.LentBytes, Is.Zero);
        pool.ReleaseLarge();
        Assert.That(pool.WaitingBytes, Is.LessThan(64L << 20), "the slabs are gone, small buffers stay");
    }

    [Test]
    public void What_is_lent_when_the_pool_ends_stays_its_borrowers_until_it_is_returned([Values(100, 3 * Page)] int count)
    {
        var pool = new BufferPool();
        NativeBuffer lent = pool.Rent(count);
        pool.Dispose();
        new Span<float>(lent.Floats, count).Fill(1);
        pool.Return(lent);
        Assert.That(pool.LentBytes, Is.Zero);
        pool.Dispose();
        Assert.That(pool.WaitingBytes, Is.Zero);
    }

    [Test]
    public void Memory_that_was_released_between_lent_buffers_can_be_written_again()
    {
        using var pool = new BufferPool();
        NativeBuffer[] buffers = [.. new[] { 2, 6, 2 }.Select(pages => pool.Rent(pages * Page))];
        new Span<float>(buffers[0].Floats, 2 * Page).Fill(1);
        new Span<float>(buffers[2].Floats, 2 * Page).Fill(3);
        pool.Return(buffers[1]);
        pool.ReleaseLarge();
        NativeBuffer again = pool.Rent(6 * Page);
        new Span<float>(again.Floats, 6 * Page).Fill(2);
        Assert.That(again.Address, Is.EqualTo(buffers[1].Address));
        Assert.That(new Span<float>(buffers[0].Floats, 2 * Page).ToArray(), Is.All.EqualTo(1f));
        Assert.That(new Span<float>(buffers[2].Floats, 2 * Page).ToArray(), Is.All.EqualTo(3f));
    }

    [Test]
    public void All_that_waits_can_be_given_back_and_what_is_lent_stays()
    {
        using var pool = new BufferPool();
        NativeBuffer lent = pool.Rent(3 * Page);
        NativeBuffer small = pool.Rent(100);
        pool.Return(pool.Rent(5 * Page));
        pool.Return(small);
        pool.ReleaseLarge();
        Assert.That(pool.WaitingBytes, Is.EqualTo(small.Bytes), "small ones are kept");
        Assert.That(pool.LentBytes, Is.EqualTo(lent.Bytes));
        Assert.That(pool.Rent(100), Is.EqualTo(small));
    }

    // Buffers of so many pages, lent at once and then returned.
    private static NativeBuffer[] Waiting(BufferPool pool, params int[] pages)
    {
        NativeBuffer[] buffers = [.. pages.Select(count => pool.Rent(count * Page))];
        Array.ForEach(buffers, pool.Return);
        return buffers;
    }
}
