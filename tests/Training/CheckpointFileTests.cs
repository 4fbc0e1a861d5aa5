using System.Security.Cryptography;
using CranePipeline.Tensors;

namespace CranePipeline.Training.Tests;

/// <summary>The checkpoint's bytes: what they are, and that files beyond an array's length are no other case.</summary>
[TestFixture]
public sealed class CheckpointFileTests
{
    private static readonly EarlyStopping Stopping = new(LastEpoch: 9, ValidateEvery: 1, Patience: 9);

    [Test]
    public void A_checkpoint_is_what_its_description_says_and_is_read_again([Values] bool isPartial)
    {
        CheckpointState state = State(new Matrix(2, 3, [1, 2, 3, 4, 5, 6]), isPartial);
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, Checkpoint.FileName);

        Checkpoint.Write(folder.Path, "print", "cpu", state);
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(Plain(state)));

        CheckpointState read = Checkpoint.Read(folder.Path, "print", Stopping, Assert.Fail)!;
        Checkpoint.Write(folder.Path, "print", "cpu", read);
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(Plain(state)));
        Assert.That(read.Partial?.Steps, Is.EqualTo(isPartial ? 3 : null));
    }

    [Test]
    public void Arrays_are_written_and_read_in_chunks_that_the_bytes_do_not_show([Values(0, 1, 9, 10)] int length)
    {
        int[] values = [.. Enumerable.Range(1, length)];
        byte[] whole = Written(values, chunk: 100);
        Assert.That(whole, Has.Length.EqualTo(sizeof(int) * (1 + length)));
        foreach (int chunk in new[] { 1, 3, 5, 10 })
        {
            Assert.That(Written(values, chunk), Is.EqualTo(whole), $"written by {chunk}");
            using var reader = new BinaryReader(new MemoryStream(whole));
            Assert.That(CheckpointValues.ReadValues<int>(reader, chunk), Is.EqualTo(values), $"read by {chunk}");
        }
    }

    /// <summary>The whole file in one array would be a second copy, and cannot be where the file is of 2 GiB.</summary>
    [Test]
    public void A_checkpoint_is_read_without_a_copy_of_the_file()
    {
        const int Bytes = 32 << 20;
        CheckpointState state = State(new Matrix(1 << 10, Bytes / sizeof(float) >> 10), isPartial: false);
        using var folder = new TemporaryFolder();
        Checkpoint.Write(folder.Path, "print", "cpu", state);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Checkpoint.Read(folder.Path, "print", Stopping, Assert.Fail);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.InRange(Bytes, 1.5 * Bytes));
    }

    private static CheckpointState State(Matrix parameter, bool isPartial) =>
        new()
        {
            Epochs = 1,
            Waited = 0,
            FirstLoss = 0.75,
            Parameters = [("users", parameter)],
            Optimizer = new OptimizerState(4, [new Matrix(1, 2, [7, 8])], [new Matrix(1, 2, [9, 10])]),
            Model = [new NamedState("neighbours", [3, 1], [0.5f])],
            Best = new BestEpoch(1, 0.25, new InnerProducts(new Matrix(1, 1, [11]), new Matrix(1, 1, [12]))),
            History = [new EpochRecord(1, 0.5, [("bpr", 0.5)], 0.25, null, true, 0, 0, 0)],
            Partial = isPartial ? new PartialEpoch(48, 3, 1.5, [("bpr", 1.5)]) : null,
        };

    private static byte[] Written(int[] values, int chunk)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        CheckpointValues.WriteValues(writer, values, chunk);
        return bytes.ToArray();
    }

    // The state above value by value, and then the hash of all that.
    private static byte[] Plain(CheckpointState state)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write("CRANECK3"u8);
        Write("print", 1, 0, 0.75);
        Write(1, "users", 2, 3, 6, 1f, 2f, 3f, 4f, 5f, 6f);
        Write(4L, 1, 1, 2, 2, 7f, 8f, 1, 1, 2, 2, 9f, 10f);
        Write(1, "neighbours", 2, 3, 1, 1, 0.5f);
        Write(true, 1, 0.25, (byte)0, 2, 1, 1, 1, 11f, 1, 1, 1, 12f);
        Write(1, 1, 0.5, 1, "bpr", 0.5, 0.25, double.NaN, true);
        if (state.Partial is not null)
        {
            Write(48, 3, 1.5, 1, "bpr", 1.5);
        }

        byte[] content = bytes.ToArray();
        return [.. content, .. SHA256.HashData(content)];

        void Write(params object[] values)
        {
            foreach (object value in values)
            {
                Action write = value switch
                {
                    int number => () => writer.Write(number),
                    long number => () => writer.Write(number),
                    float number => () => writer.Write(number),
                    double number => () => writer.Write(number),
                    bool flag => () => writer.Write(flag),
                    byte number => () => writer.Write(number),
                    _ => () => writer.Write((string)value),
                };
                write();
            }
        }
    }
}
