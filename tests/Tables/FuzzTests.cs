using NUnit.Framework;
using ParquetSharp;

namespace CranePipeline.Tables.Tests;

/// <summary>
/// Damaged files: thousands of seeded mutations of files by this library and by others. Whatever the bytes, reading ends in values or
/// in an <see cref="InputException"/>, and takes no more memory than the documented bound.
/// </summary>
[TestFixture]
public sealed class FuzzTests
{
    private const int MutationsAFile = 60;

    /// <summary>What any small file may take, managed or native.</summary>
    private const long AllocationBound = 192L << 20;

    private ScratchFolder folder = null!;

    [OneTimeSetUp]
    public void Make() => folder = new ScratchFolder();

    [OneTimeTearDown]
    public void Clean() => folder.Dispose();

    private static IEnumerable<string> ParquetFiles() => GoldenFiles.Parquet();

    private static IEnumerable<string> NpyFiles() => GoldenFiles.Npy();

    private static IEnumerable<string> OwnTables() => SampleTables.Writers().Keys;

    [TestCaseSource(nameof(ParquetFiles))]
    public void Damaged_files_of_other_tools_are_refused_or_read(string file) =>
        Check(File.ReadAllBytes(Path.Combine(GoldenFiles.Folder, file)), file, MutationsAFile);

    [TestCaseSource(nameof(OwnTables))]
    public void Damaged_tables_of_our_own_are_refused_or_read(string table)
    {
        string path = folder.File("own.parquet");
        SampleTables.Writers()[table](path);
        Check(File.ReadAllBytes(path), table, 100);
    }

    [TestCase(ExportFormat.Feather, 600)]
    [TestCase(ExportFormat.Parquet, 300)]
    public void Damaged_exports_are_refused_or_read(ExportFormat format, int mutations)
    {
        string path = folder.File("export");
        ExportFile.Write(path, format, ExportTests.EveryColumn(300));
        Check(File.ReadAllBytes(path), $"{format}", mutations);
    }

    [TestCaseSource(nameof(NpyFiles))]
    public void Damaged_npy_files_are_refused_or_read(string file)
    {
        var whole = File.ReadAllBytes(Path.Combine(GoldenFiles.Folder, file));
        for (var seed = 0; seed < 300; seed++)
        {
            var bytes = Mutation.OfBytes(whole, new Random(seed));
            Bounded(file, seed, () => NpyFile.Read(ByteSource.Of(bytes)));
            Bounded(file, seed, () => NpyFile.ReadInt64(ByteSource.Of(bytes)));
        }
    }

    private void Check(byte[] whole, string name, int mutations)
    {
        var (readings, refusals) = (0, 0);
        string path = folder.File("damaged");
        for (var seed = 0; seed < mutations; seed++)
        {
            File.WriteAllBytes(path, Mutation.OfBytes(whole, new Random(seed)));
            Bounded(
                name,
                seed,
                () =>
                {
                    using ForeignTable table = ForeignTable.Open(path);
                    if (IsWhole(table))
                    {
                        readings++;
                        return;
                    }

                    // Each column by itself, so that damage to one does not hide the others from the test.
                    for (int column = 0; column < table.Columns.Count; column++)
                    {
                        try
                        {
                            Read(table, [column]);
                            readings++;
                        }
                        catch (InputException e)
                        {
                            refusals++;
                            AssertOneSentence(e);
                        }
                    }
                }
            );
        }

        Assert.That(readings, Is.GreaterThan(0), "some damage must get past the footer");
        Assert.That(refusals, Is.GreaterThan(0), "some damage must be found in the pages");
    }

    private static bool IsWhole(ForeignTable table)
    {
        try
        {
            Read(table, [.. Enumerable.Range(0, table.Columns.Count)]);
            return true;
        }
        catch (InputException e)
        {
            AssertOneSentence(e);
            return false;
        }
    }

    private static void Read(ForeignTable table, int[] columns)
    {
        foreach (ForeignBatch batch in table.Batches(columns))
        {
            foreach (
                (ForeignValues values, int row) in batch.Columns.SelectMany(values =>
                    Enumerable.Range(0, batch.RowCount).Select(row => (values, row))
                )
            )
            {
                if (values.IsVector)
                {
                    int width = values.Width(row);
                    if (width >= 0)
                    {
                        _ = values.Display(row);
                        Refusable(() => values.Vector(row, new float[width]));
                    }
                }
                else
                {
                    _ = values.Display(row);
                    Refusable(() => values.Text(row));
                    Refusable(() => values.Integer(row));
                    Refusable(() => values.Instant(row));
                }
            }
        }
    }

    private static void Refusable(Action read)
    {
        try
        {
            read();
        }
        catch (InputException e)
        {
            AssertOneSentence(e);
        }
    }

    private static void Bounded(string name, int seed, Action read)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            read();
        }
        catch (InputException e)
        {
            AssertOneSentence(e);
        }
        catch (Exception e)
        {
            Assert.Fail($"{name}, seed {seed}: {e}");
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(AllocationBound), $"{name}, seed {seed}");
        Assert.That(MemoryPool.GetDefaultMemoryPool().MaxMemory, Is.LessThan(AllocationBound), $"{name}, seed {seed}, native");
    }

    private static void AssertOneSentence(InputException e) =>
        Assert.That(e.Message, Is.Not.Empty.And.Not.Contain("   at ").And.Not.Contain("\n"));
}
