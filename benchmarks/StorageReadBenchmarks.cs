using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using CranePipeline.Tables;

namespace CranePipeline.Benchmarks;

/// <summary>
/// Reading a column of 63,001 lists of 4,096 floats (the visual features of Amazon Electronics) against reading the same bytes raw, both
/// into a new array. Needs 2 GB of disk in the temporary folder and 3 GB of memory.
/// </summary>
[InProcessJob(2, 9)]
[MemoryDiagnoser]
public class StorageReadBenchmarks
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), "crane-storage-benchmark");
    private string parquet = "";
    private string raw = "";

    [Params(63_001)]
    public int Rows { get; set; }

    [Params(4_096)]
    public int Width { get; set; }

    [GlobalSetup]
    public void WriteFiles()
    {
        Directory.CreateDirectory(folder);
        parquet = Path.Combine(folder, "features.parquet");
        raw = Path.Combine(folder, "features.raw");
        var random = new Random(1);
        var values = new float[Rows * Width];
        foreach (ref var value in values.AsSpan())
        {
            value = random.NextSingle();
        }
        ParquetFile.Write(parquet, new Table([FloatListColumn.FixedWidth("feature", values, Width)]));
        using var stream = File.Create(raw);
        for (var row = 0; row < Rows; row++)
        {
            stream.Write(MemoryMarshal.AsBytes(values.AsSpan(row * Width, Width)));
        }
    }

    [GlobalCleanup]
    public void RemoveFiles() => Directory.Delete(folder, recursive: true);

    [Benchmark(Baseline = true)]
    public float[] RawBytes()
    {
        using var handle = File.OpenHandle(raw);
        var values = GC.AllocateUninitializedArray<float>(Rows * Width);
        var left = MemoryMarshal.AsBytes(values.AsSpan());
        for (long offset = 0; !left.IsEmpty; )
        {
            var read = RandomAccess.Read(handle, left, offset);
            left = left[read..];
            offset += read;
        }
        return values;
    }

    [Benchmark]
    public Table ParquetOneThread()
    {
        using var reader = ParquetReader.Open(parquet, new ParquetReadOptions { Threads = 1 });
        return reader.Read();
    }

    [Benchmark]
    public Table Parquet() => ParquetFile.Read(parquet);
}
