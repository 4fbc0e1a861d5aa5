using CranePipeline.Store;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Store;

public sealed class ArtifactLockTests
{
    /// <summary>Where the file system has no locks, a lease may be given back in the very moment in which it is found to be there.</summary>
    [Test]
    public void A_lease_that_comes_and_goes_is_had_by_one_at_a_time_and_troubles_nobody()
    {
        string lease = Path.Combine(Path.GetTempPath(), $"crane-lease-{Guid.NewGuid():n}");
        int holders = 0;
        int most = 0;
        int taken = 0;
        Parallel.For(
            0,
            4,
            new ParallelOptions { MaxDegreeOfParallelism = 4 },
            one =>
            {
                for (int round = 0; round < 3000; round++)
                {
                    if (!ArtifactLock.TryCreate(lease, $"run {one}"))
                    {
                        continue;
                    }

                    int now = Interlocked.Increment(ref holders);
                    most = Math.Max(most, now);
                    Interlocked.Increment(ref taken);
                    Interlocked.Decrement(ref holders);
                    File.Delete(lease);
                }
            }
        );

        Assert.That(most, Is.EqualTo(1));
        Assert.That(taken, Is.Positive);
        Assert.That(File.Exists(lease), Is.False);
    }

    [Test]
    public void A_lease_that_cannot_be_made_is_told()
    {
        string lease = Path.Combine(Path.GetTempPath(), $"crane-no-such-folder-{Guid.NewGuid():n}", "lease");

        Assert.That(() => ArtifactLock.TryCreate(lease, "run"), Throws.InstanceOf<IOException>());
    }
}
