using System.Runtime.ExceptionServices;

namespace CranePipeline.Tensors.Cpu;

/// <summary>
/// A few threads that stay alive between operations. Work is cut into blocks whose bounds do not depend on the number of threads;
/// threads take the next block as they come free. The calling thread works too, and waits only for workers that have begun.
/// </summary>
internal sealed class WorkerPool : IDisposable
{
    // Operations follow each other within microseconds: a worker looks out for the next one that long before it sleeps.
    private const int SpinRounds = 400;

    // ticket = generation · 2^16 + open · 2^15 + workers inside; one word, so that joining and closing cannot cross.
    private const long Open = 1 << 15;
    private const long InsideMask = Open - 1;
    private const long Generation = 1 << 16;

    private readonly object gate = new();
    private readonly Thread[] workers;
    private long ticket;
    private int sleepers;
    private bool stopped;
    private int next;
    private int blockCount;
    private Action<int, int>? body;
    private ExceptionDispatchInfo? failure;

    /// <summary>Starts the workers; <paramref name="threads"/> counts the calling thread as well.</summary>
    public WorkerPool(int threads)
    {
        Threads = threads;
        workers = new Thread[threads - 1];
        for (int worker = 0; worker < workers.Length; worker++)
        {
            int number = worker + 1;
            workers[worker] = new Thread(() => Loop(number)) { IsBackground = true, Name = $"tensors worker {number}" };
            workers[worker].Start();
        }
    }

    /// <summary>Threads, the calling one included.</summary>
    public int Threads { get; }

    /// <summary>Calls <paramref name="work"/> with (block, worker) for every block; worker is below <see cref="Threads"/>.</summary>
    public void Run(int blocks, Action<int, int> work)
    {
        if (blocks <= 1 || workers.Length == 0)
        {
            for (int block = 0; block < blocks; block++)
            {
                work(block, 0);
            }

            return;
        }

        (body, blockCount, next, failure) = (work, blocks, 0, null);
        long current = Volatile.Read(ref ticket);
        Volatile.Write(ref ticket, (current & ~(Generation - 1)) + Generation + Open);
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref sleepers) > 0)
        {
            lock (gate)
            {
                Monitor.PulseAll(gate);
            }
        }

        TakeBlocks(0);
        long closed = Interlocked.Add(ref ticket, -Open);
        var wait = default(SpinWait);
        while ((closed & InsideMask) != 0)
        {
            wait.SpinOnce(sleep1Threshold: -1);
            closed = Volatile.Read(ref ticket);
        }

        body = null;
        failure?.Throw();
    }

    /// <summary>Ends the workers.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            stopped = true;
            Monitor.PulseAll(gate);
        }

        foreach (Thread worker in workers)
        {
            worker.Join();
        }
    }

    private void Loop(int worker)
    {
        long seen = 0;
        while (true)
        {
            long current = AwaitWork(seen);
            if (Volatile.Read(ref stopped))
            {
                return;
            }

            seen = current / Generation;
            if (Interlocked.CompareExchange(ref ticket, current + 1, current) != current)
            {
                // Another worker joined or the caller closed in between: look again at the same generation.
                seen--;
                continue;
            }

            TakeBlocks(worker);
            Interlocked.Decrement(ref ticket);
        }
    }

    // Returns an open ticket of a generation after the one seen, or anything once the pool has stopped.
    private long AwaitWork(long seen)
    {
        for (int round = 0; round < SpinRounds; round++)
        {
            long current = Volatile.Read(ref ticket);
            if ((current & Open) != 0 && current / Generation > seen)
            {
                return current;
            }

            Thread.SpinWait(30);
        }

        lock (gate)
        {
            sleepers++;
            Interlocked.MemoryBarrier();
            long current;
            while (((current = Volatile.Read(ref ticket)) & Open) == 0 || current / Generation <= seen)
            {
                if (stopped)
                {
                    break;
                }

                Monitor.Wait(gate);
            }

            sleepers--;
            return current;
        }
    }

    private void TakeBlocks(int worker)
    {
        try
        {
            int block;
            while ((block = Interlocked.Increment(ref next) - 1) < blockCount)
            {
                body!(block, worker);
            }
        }
#pragma warning disable CA1031 // The calling thread throws it again.
        catch (Exception error)
#pragma warning restore CA1031
        {
            failure = ExceptionDispatchInfo.Capture(error);
            Volatile.Write(ref next, int.MaxValue / 2);
        }
    }
}
