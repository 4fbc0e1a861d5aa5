using System.Runtime.InteropServices;

namespace CranePipeline.Training.Tests;

[TestFixture]
[NonParallelizable]
public sealed class ProcessMemoryTests
{
    [Test]
    public void A_mark_starts_a_new_peak_and_keeps_the_old_one_in_all()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("only Linux counts anew");
        }

        const int Bytes = 512 << 20;
        nint held = Marshal.AllocHGlobal(Bytes);
        for (int place = 0; place < Bytes; place += 1024)
        {
            Marshal.WriteByte(held, place, 1);
        }

        long peak = ProcessMemory.Peak;
        Marshal.FreeHGlobal(held);

        ProcessMemory.Mark();

        Assert.That(ProcessMemory.PeakSinceMark, Is.LessThan(peak - (Bytes / 2)));
        // The kernel counts in batches.
        Assert.That(ProcessMemory.Peak, Is.GreaterThan(0.99 * peak));
    }
}
