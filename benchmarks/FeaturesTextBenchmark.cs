using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Attributes;
using CranePipeline.Features;
using CranePipeline.Tensors;

namespace CranePipeline.Benchmarks;

/// <summary>The hashed text encoder against scikit-learn's HashingVectorizer and TruncatedSVD on the same generated descriptions.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The global clean-up disposes.")]
[InProcessJob(0, 1)]
public class FeaturesTextBenchmark
{
    private const string Setup = """
        import os
        from sklearn.feature_extraction.text import HashingVectorizer
        from sklearn.decomposition import TruncatedSVD
        lines = open(os.environ['CRANE_BENCHMARK_TEXT']).read().split('\n')[:-1]
        """;

    private const string Work = """
        x = HashingVectorizer(n_features=2**18, ngram_range=(1, 2)).transform(lines)
        TruncatedSVD(384, random_state=1).fit_transform(x)
        """;

    private readonly string path = Path.GetTempFileName();
    private string[] ids = [];
    private ItemText?[] texts = [];
    private CpuEngine? engine;
    private FeaturesPeer? peer;

    [Params(20_000, 100_000)]
    public int Items { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        ids = [.. Enumerable.Range(0, Items).Select(item => $"{item}")];
        texts = [.. Descriptions(Items).Select(text => new ItemText(null, null, null, text))];
        File.WriteAllLines(path, texts.Select(text => text!.Description!));
        Environment.SetEnvironmentVariable("CRANE_BENCHMARK_TEXT", path);
        engine = new CpuEngine();
        peer = new FeaturesPeer(Setup, Work);
    }

    [GlobalCleanup]
    public void Clean()
    {
        peer?.Dispose();
        engine?.Dispose();
        File.Delete(path);
    }

    [Benchmark(Baseline = true)]
    public void ScikitLearn() => peer!.Run();

    [Benchmark]
    public ModalityFeatures? HashedText() =>
        FeatureBuilder.Build("text", new ModalityOptions { HashBits = 18, MaxLength = 0 }, ids, texts, "", engine!);

    // 60 to 149 words of a Zipf-like vocabulary of 50,000, half of them by the product's topic.
    internal static IEnumerable<string> Descriptions(int items)
    {
        for (int item = 0; item < items; item++)
        {
            var stream = new RandomStream(1, "benchmark text", item);
            int topic = stream.NextInt32(200);
            var words = new string[60 + stream.NextInt32(90)];
            for (int word = 0; word < words.Length; word++)
            {
                int rank = (int)Math.Pow(50_000, stream.NextDouble());
                words[word] = $"w{(stream.NextInt32(2) == 0 ? rank : ((rank * 7919) + (topic * 104_729)) % 50_000):x}";
            }

            yield return string.Join(' ', words);
        }
    }
}
