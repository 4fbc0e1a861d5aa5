using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using CranePipeline.Features;
using CranePipeline.Tensors;

namespace CranePipeline.Benchmarks;

/// <summary>
/// Single runs too long to repeat, each in a process of its own so that its peak memory is its own:
/// <c>features exact ITEMS WIDTH FILE</c>, <c>features text ITEMS FILE [POWER ITERATIONS]</c>, <c>features sentences ITEMS</c>,
/// <c>features search exact|ivf ITEMS WIDTH</c>, <c>features graph INTER ARRAY</c>.
/// </summary>
internal static class FeaturesMeasure
{
    internal static int Run(string[] args)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        switch (args)
        {
            case ["exact", var items, var width, var file]:
                Exact(int.Parse(items, CultureInfo.InvariantCulture), int.Parse(width, CultureInfo.InvariantCulture), file);
                return 0;
            case ["text", var items, var file]:
                Text(int.Parse(items, CultureInfo.InvariantCulture), file, new ModalityOptions().PowerIterations);
                return 0;
            case ["text", var items, var file, var iterations]:
                Text(int.Parse(items, CultureInfo.InvariantCulture), file, int.Parse(iterations, CultureInfo.InvariantCulture));
                return 0;
            case ["sentences", var items]:
                Sentences(int.Parse(items, CultureInfo.InvariantCulture));
                return 0;
            case ["search", var method, var items, var width]:
                Search(
                    Enum.Parse<CandidateSearchMethod>(method, ignoreCase: true),
                    int.Parse(items, CultureInfo.InvariantCulture),
                    int.Parse(width, CultureInfo.InvariantCulture)
                );
                return 0;
            case ["graph", var interactions, var array]:
                Graph(interactions, array);
                return 0;
            default:
                Console.Error.WriteLine(
                    "features exact ITEMS WIDTH FILE | text ITEMS FILE [POWER-ITERATIONS] "
                        + "| sentences ITEMS | search exact|ivf ITEMS WIDTH | graph INTER ARRAY"
                );
                return 2;
        }
    }

    // Writes the vectors to the file, and the peer's lists beside it are compared where they are there already.
    private static void Exact(int items, int width, string file)
    {
        var values = new Matrix(items, width);
        var stream = new RandomStream(1, "benchmark vectors");
        foreach (ref float value in values.Values.AsSpan())
        {
            value = stream.NextSingle() + stream.NextSingle() - 1f;
        }

        using (FileStream output = File.Create(file))
        {
            for (int row = 0; row < items; row++)
            {
                output.Write(MemoryMarshal.AsBytes(values.Row(row)));
            }
        }

        bool[] present = [.. Enumerable.Repeat(true, items)];
        using var engine = new CpuEngine();
        CandidateList list = Timed(
            $"exact top 100 of {items} x {width}",
            () => CandidateSearch.Run("m", values, present, new CandidateOptions(), engine)
        );
        if (!File.Exists(file + ".numpy"))
        {
            return;
        }

        ReadOnlySpan<int> peer = MemoryMarshal.Cast<byte, int>(File.ReadAllBytes(file + ".numpy"));
        long same = 0;
        for (int item = 0; item < items; item++)
        {
            var theirs = new HashSet<int>(peer.Slice(item * list.Count, list.Count).ToArray());
            foreach (int candidate in list.Of(item))
            {
                same += theirs.Contains(candidate) ? 1 : 0;
            }
        }

        Console.WriteLine($"{same} of {(long)items * list.Count} candidates are the peer's too");
    }

    private static void Text(int items, string file, int powerIterations)
    {
        string[] lines = [.. FeaturesTextBenchmark.Descriptions(items)];
        File.WriteAllText(file, string.Join('\n', lines) + "\n");
        string[] ids = [.. Enumerable.Range(0, items).Select(item => $"{item}")];
        ItemText?[] texts = [.. lines.Select(text => new ItemText(null, null, null, text))];
        var options = new ModalityOptions
        {
            HashBits = 18,
            MaxLength = 0,
            PowerIterations = powerIterations,
        };
        using var engine = new CpuEngine();
        ModalityFeatures table = Timed(
            $"hashed text, {items} texts, {powerIterations} power iterations",
            () => FeatureBuilder.Build("text", options, ids, texts, "", engine)!
        );
        Console.WriteLine($"share of squares kept: {table.Statistics.ExplainedVariance:F4}; {table.Statistics.Origin}");
    }

    private static void Sentences(int items)
    {
        ItemText?[] texts = [.. FeaturesTextBenchmark.Descriptions(items).Select(text => new ItemText(null, null, null, text))];
        string[] ids = [.. Enumerable.Range(0, items).Select(item => $"{item}")];
        using var engine = new CpuEngine();
        Timed(
            $"all-MiniLM-L6-v2, {items} texts of {texts.Average(text => text!.Description!.Length):F0} letters",
            () => FeatureBuilder.Build("text", new ModalityOptions { Encoder = TextEncoder.Minilm }, ids, texts, "", engine)!
        );
    }

    // Vectors as features are: 64 latent directions of falling weight around a topic of 50 items or so, and a tenth of noise.
    private static void Search(CandidateSearchMethod method, int items, int width)
    {
        const int Latent = 64;
        var directions = new Matrix(Latent, width);
        var topics = new Matrix(Math.Max(1, items / 50), Latent);
        Fill(directions, 1);
        Fill(topics, 2);
        var values = new Matrix(items, width);
        Parallel.For(
            0,
            items,
            item =>
            {
                var stream = new RandomStream(3, "search vectors", item);
                ReadOnlySpan<float> topic = topics.Row((int)(stream.NextUInt32() % (uint)topics.Rows));
                Span<float> row = values.Row(item);
                for (int latent = 0; latent < Latent; latent++)
                {
                    float weight = (topic[latent] + (0.7f * (float)stream.NextNormal())) / MathF.Sqrt(1 + latent);
                    TensorPrimitives.MultiplyAdd(directions.Row(latent), weight, row, row);
                }

                foreach (ref float value in row)
                {
                    value += 0.1f * (stream.NextSingle() - 0.5f);
                }

                TensorPrimitives.Divide(row, TensorPrimitives.Norm<float>(row), row);
            }
        );
        bool[] present = [.. Enumerable.Repeat(true, items)];
        using var engine = new CpuEngine();
        CandidateList list = Timed(
            $"{method} top 100 of {items} x {width}",
            () => CandidateSearch.Run("m", values, present, new CandidateOptions { Search = method }, engine)
        );
        if (list.MeasuredRecall is { } recall)
        {
            Console.WriteLine($"recall {recall:F4}; {list.Probes} of {list.Lists} lists");
        }

        // Equal where two builds find the same lists to the bit.
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes(list.Items.AsSpan()));
        hash.AppendData(MemoryMarshal.AsBytes(list.Similarities.AsSpan()));
        Console.WriteLine($"lists {Convert.ToHexStringLower(hash.GetHashAndReset())[..16]}");
    }

    private static void Fill(Matrix matrix, int seed)
    {
        var stream = new RandomStream(seed, "search vectors");
        foreach (ref float value in matrix.Values.AsSpan())
        {
            value = (float)stream.NextNormal();
        }
    }

    /// <summary>
    /// What share of the ten nearest items of each item were taken by one user with at most 50 training interactions, by
    /// standardisation. No training is run and no held-out interaction is read. Items whose nearest are undefined are left out; the
    /// last column is the share for random pairs.
    /// </summary>
    private static void Graph(string interactions, string array)
    {
        const int LargestHistory = 50;
        var usersOf = new Dictionary<int, HashSet<int>>();
        var historyOf = new Dictionary<int, int>();
        int items = 0;
        foreach (string line in File.ReadLines(interactions).Skip(1))
        {
            string[] fields = line.Split('\t');
            int item = int.Parse(fields[1], CultureInfo.InvariantCulture);
            items = Math.Max(items, item + 1);
            if (fields[2] == "0")
            {
                int user = int.Parse(fields[0], CultureInfo.InvariantCulture);
                historyOf[user] = historyOf.GetValueOrDefault(user) + 1;
                (usersOf.TryGetValue(item, out HashSet<int>? users) ? users : usersOf[item] = []).Add(user);
            }
        }

        // A user of hundreds of items joins nearly all pairs, alike or not.
        foreach (HashSet<int> users in usersOf.Values)
        {
            users.RemoveWhere(user => historyOf[user] > LargestHistory);
        }

        bool Together(int left, int right) =>
            usersOf.TryGetValue(left, out HashSet<int>? users)
            && usersOf.TryGetValue(right, out HashSet<int>? others)
            && users.Overlaps(others);

        string[] ids = [.. Enumerable.Range(0, items).Select(item => $"{item}")];
        using var engine = new CpuEngine();
        foreach (
            Standardization standardization in (Standardization[])[Standardization.Normalize, Standardization.CenterAndNormalize]
        )
        {
            var options = new ModalityOptions
            {
                Source = ModalitySource.Npy,
                Path = array,
                Standardize = standardization,
            };
            ModalityFeatures table = FeatureBuilder.Build("m", options, ids, new ItemText?[items], "", engine)!;
            CandidateList list = CandidateSearch.Run(table, new CandidateOptions { Count = 10 }, engine);
            long pairs = 0;
            long together = 0;
            var listed = new int[items];
            for (int item = 0; item < items; item++)
            {
                foreach (int candidate in list.Of(item))
                {
                    pairs++;
                    listed[candidate]++;
                    together += Together(item, candidate) ? 1 : 0;
                }
            }

            Console.WriteLine(
                $"{Path.GetFileName(array)} {standardization}: {together} of {pairs} pairs = {100.0 * together / pairs:F3} "
                    + $"%, {listed.Count(count => count == 0)} items in nobody's ten, the most listed in {listed.Max()}"
            );
        }

        var stream = new RandomStream(1, "random pairs");
        int hits = 0;
        const int Draws = 1_000_000;
        for (int draw = 0; draw < Draws; draw++)
        {
            int left = stream.NextInt32(items);
            int right = stream.NextInt32(items - 1);
            hits += Together(left, right >= left ? right + 1 : right) ? 1 : 0;
        }

        Console.WriteLine($"random pairs: {100.0 * hits / Draws:F3} %");
    }

    private static T Timed<T>(string what, Func<T> work)
    {
        T result = default!;
        Timing timing = Timing.Of(() => result = work());
        Console.WriteLine($"{what}: {timing.Wall:F1} s wall, {timing.Processor:F1} s CPU, peak {PeakMemory.Megabytes:F0} MB");
        return result;
    }
}
