using CranePipeline.Tensors.Cpu;
using NUnit.Framework;

namespace CranePipeline.Tensors.Tests;

/// <summary>What the CPU engine's memory is lent from.</summary>
[TestFixture]
internal sealed class BufferPoolTests
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
    public void A_waiting_buffer_that_is_a_little_larger_will_do_and_the_smallest_of_them_is_taken()
    {
        using var pool = new BufferPool();
        NativeBuffer[] buffers = Waiting(pool, 20, 10, 9);

        NativeBuffer lent = pool.Rent(8 * Page);
        Assert.That(lent, Is.EqualTo(buffers[2]));
        Assert.That(pool.LentBytes, Is.EqualTo(9L * LargePages.Size));
        pool.Return(lent);
        Assert.That(pool.LentBytes, Is.Zero);
        Assert.That(pool.PeakBytes, Is.EqualTo(39L * LargePages.Size));
    }

    [Test]
    public void Waiting_buffers_make_room_before_the_peak_rises_and_no_more_of_them_than_must()
    {
        using var pool = new BufferPool();
        NativeBuffer[] buffers = Waiting(pool, 2, 8, 4);

        // Of 14 pages, four go to make room for three: those of eight and two stay.
        NativeBuffer three = pool.Rent(3 * Page);
        Assert.That(pool.Rent(8 * Page), Is.EqualTo(buffers[1]));
        Assert.That(pool.Rent(2 * Page), Is.EqualTo(buffers[0]));
        Assert.That(pool.PeakBytes, Is.EqualTo(14L * LargePages.Size));

        // With all of them lent, more raises it.
        pool.Rent(5 * Page);
        Assert.That(pool.PeakBytes, Is.EqualTo(18L * LargePages.Size));
        Assert.That(pool.LentBytes, Is.EqualTo(18L * LargePages.Size));
        pool.Return(three);
    }

    [Test]
    public void One_large_request_may_take_the_room_of_several()
    {
        using var pool = new BufferPool();
        Waiting(pool, 2, 3, 4);

        pool.Rent(9 * Page);
        Assert.That(pool.PeakBytes, Is.EqualTo(9L * LargePages.Size));
    }

    [Test]
    public void All_that_waits_can_be_given_back_and_what_is_lent_stays()
    {
        using var pool = new BufferPool();
        NativeBuffer lent = pool.Rent(3 * Page);
        NativeBuffer small = pool.Rent(100);
        pool.Return(pool.Rent(5 * Page));
        pool.Return(small);
        pool.FreeLarge();
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
