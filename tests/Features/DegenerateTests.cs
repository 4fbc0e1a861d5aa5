using System.IO.Compression;
using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Features.Tests;

/// <summary>Files that are whole and yet say nothing, or nothing about this data set's items.</summary>
public class DegenerateTests
{
    private const int Items = 12;
    private static readonly string[] Ids = [.. Enumerable.Range(0, Items).Select(item => $"{item}")];

    [TestCase(0f, 0f, Standardization.CenterAndNormalize, "zero")]
    [TestCase(3f, 0f, Standardization.CenterAndNormalize, "the same")]
    [TestCase(3f, 0f, Standardization.Normalize, "the same")]
    [TestCase(3f, 0f, Standardization.None, "the same")]
    [TestCase(1e4f, 1e-3f, Standardization.CenterAndNormalize, "the same")]
    [TestCase(3f, 0.01f, Standardization.CenterAndNormalize, null)]
    public void Vectors_that_tell_nothing_apart_are_told(float level, float noise, Standardization standardize, string? expected)
    {
        using var folder = new TemporaryFolder();
        var random = new RandomStream(1, "noise");
        NpyFile.Write(
            folder.File("a.npy"),
            Items,
            4,
            [.. Enumerable.Range(0, Items * 4).Select(_ => level + (noise * (random.NextSingle() - 0.5f)))]
        );

        ModalityFeatures table = Build(folder, Array("a.npy") with { Standardize = standardize });

        Assert.That(table.Statistics.Uninformative, expected is null ? Is.Null : Does.Contain(expected).And.Contain($"{Items}"));
        Assert.That(table.Values.Values, Is.All.Matches<float>(float.IsFinite));
    }

    [Test]
    public void A_constant_modality_is_not_reduced([Values(3, 700)] int width)
    {
        using var folder = new TemporaryFolder();
        NpyFile.Write(folder.File("a.npy"), Items, width, [.. Enumerable.Repeat(2f, Items * width)]);

        Assert.That(
            Build(folder, Array("a.npy") with { Reduce = 2 }).Statistics.Uninformative,
            Does.Contain("the same").And.Contain("'0'")
        );
    }

    [Test]
    public void Vectors_with_a_NaN_are_counted_with_an_example([Values(1, 3, Items)] int broken)
    {
        using var folder = new TemporaryFolder();
        float[] values = [.. Enumerable.Range(0, Items * 2).Select(value => (float)Math.Sin(value))];
        for (int item = Items - broken; item < Items; item++)
        {
            values[(item * 2) + (item % 2)] = item % 2 == 0 ? float.NaN : float.PositiveInfinity;
        }

        NpyFile.Write(folder.File("a.npy"), Items, 2, values);

        FeatureStatistics statistics = Build(folder, Array("a.npy")).Statistics;

        Assert.That(statistics.NonFinite, Is.EqualTo(broken));
        Assert.That(statistics.NonFiniteExample, Is.EqualTo(Ids[Items - broken]));
        Assert.That(statistics.Present, Is.EqualTo(Items - broken));
        Assert.That(statistics.Uninformative, broken == Items ? Does.Contain("NaN") : Is.Null);
    }

    [Test]
    public void Vectors_of_zeros_stay_zero_and_nobody_s_neighbours(
        [Values] Standardization standardize,
        [Values(0, 2)] int reduce
    )
    {
        using var folder = new TemporaryFolder();
        float[] values = [.. Vectors.Random(Items, 3, 5).Values.Select(value => value + 4)];
        int[] zero = [2, 5, Items - 1];
        foreach (int item in zero)
        {
            values.AsSpan(item * 3, 3).Clear();
        }

        NpyFile.Write(folder.File("a.npy"), Items, 3, values);
        string[] others = [.. Ids.Where((_, item) => !zero.Contains(item))];
        ModalityOptions options = Array("a.npy") with { Standardize = standardize, Reduce = reduce };

        ModalityFeatures table = Build(folder, options);
        ModalityFeatures without = Build(folder, options, others, rawItems: Items);

        Assert.That(table.Statistics.ZeroRows, Is.EqualTo(zero.Length));
        Assert.That(table.Statistics.ZeroRowExample, Is.EqualTo("2"));
        Assert.That(table.Statistics.MeanNorm, Is.EqualTo(without.Statistics.MeanNorm).Within(1e-6));
        Assert.That(zero.SelectMany(item => table.Values.Row(item).ToArray()), Is.All.Zero);
        Assert.That(
            Enumerable.Range(0, Items).Except(zero).SelectMany(item => table.Values.Row(item).ToArray()),
            Is.EqualTo(without.Values.Values).Within(1e-5)
        );
        using var engine = new CpuEngine(1);
        CandidateList candidates = CandidateSearch.Run(table, new() { Count = Items }, engine);
        Assert.That(candidates.ZeroVectors, Is.EqualTo(zero.Length));
        Assert.That(candidates.Items, Has.None.AnyOf(2, 5, Items - 1));
    }

    [Test]
    public void Vectors_that_are_one_or_zero_tell_nothing_apart()
    {
        using var folder = new TemporaryFolder();
        NpyFile.Write(folder.File("a.npy"), Items, 2, [.. Enumerable.Range(0, Items * 2).Select(value => value < 6 ? 0f : 3f)]);

        Assert.That(
            Build(folder, Array("a.npy")).Statistics.Uninformative,
            Does.Contain($"all {Items - 3} vectors that are not zero are the same").And.Contain("'3'")
        );
    }

    [Test]
    public void Identical_titles_are_told([Values(TextEncoder.Hashed, TextEncoder.Minilm)] TextEncoder encoder)
    {
        using var engine = new CpuEngine(1);
        ItemText?[] texts = [.. Ids.Select(_ => new ItemText("Same thing", null, null, null))];

        ModalityFeatures table = FeatureBuilder.Build("text", new() { Encoder = encoder }, Ids, texts, "", engine)!;

        Assert.That(table.Statistics.Uninformative, Does.Contain("the same"));
    }

    [TestCase("constant-modality", "NaN")]
    [TestCase("flat-array", null)]
    public void The_case_of_the_collection_is_told(string name, string? expected)
    {
        string path = SharedData.Require($"cases/{name}/f.npy");
        using var engine = new CpuEngine(1);
        ModalityFeatures? Make() =>
            FeatureBuilder.Build("visual", Array(Path.GetFileName(path)), Ids[..10], [], Path.GetDirectoryName(path)!, engine);

        if (expected is null)
        {
            Assert.That(Make, Throws.InstanceOf<InputException>().With.Message.Contains("40").And.Message.Contains("10"));
        }
        else
        {
            Assert.That(Make()!.Statistics.Uninformative, Does.Contain(expected));
        }
    }

    [TestCase(Items + 1, 0)]
    [TestCase(Items - 1, 0)]
    [TestCase(Items, Items + 5)]
    public void An_array_of_another_number_of_rows_is_refused(int rows, int rawItems)
    {
        using var folder = new TemporaryFolder();
        NpyFile.Write(folder.File("a.npy"), rows, 2, new float[rows * 2]);
        using var engine = new CpuEngine(1);

        Assert.That(
            () => FeatureBuilder.Build("m", Array("a.npy"), Ids, [], folder.Path, engine, rawItems: rawItems),
            Throws
                .InstanceOf<InputException>()
                .With.Message.Contains($"{rows} rows")
                .And.Message.Contains($"{Math.Max(Items, rawItems)} items")
                .And.Message.Contains("'ids'")
        );
    }

    [Test]
    public void Rows_of_items_that_were_filtered_out_are_passed_over()
    {
        using var folder = new TemporaryFolder();
        NpyFile.Write(folder.File("a.npy"), 20, 1, [.. Enumerable.Range(0, 20).Select(row => (float)row)]);
        using var engine = new CpuEngine(1);
        ModalityOptions options = Array("a.npy") with { Standardize = Standardization.None };

        ModalityFeatures table = FeatureBuilder.Build("m", options, ["3", "17"], [], folder.Path, engine, rawItems: 20)!;

        Assert.That(table.Values.Values, Is.EqualTo([3f, 17f]));
    }

    [Test]
    public void Arrays_and_image_features_are_read_packed([Values("a.npy", "a.b")] string name)
    {
        using var folder = new TemporaryFolder();
        (ModalityOptions options, string[] ids) = Write(folder, name);
        ModalityFeatures plain = Build(folder, options, ids);
        Pack(folder, name);

        ModalityFeatures packed = Build(folder, options with { Path = name + ".gz" }, ids);

        Assert.That(packed.Values.Values, Is.EqualTo(plain.Values.Values));
        Assert.That(packed.Present, Is.EqualTo(plain.Present));
    }

    [Test]
    public void A_packed_file_that_is_cut_off_is_told_by_name(
        [Values("a.npy", "a.b")] string name,
        [Values(1, 30, 400)] int missing
    )
    {
        using var folder = new TemporaryFolder();
        (ModalityOptions options, string[] ids) = Write(folder, name);
        Pack(folder, name);
        string packed = folder.File(name + ".gz");
        byte[] bytes = File.ReadAllBytes(packed);
        File.WriteAllBytes(packed, bytes[..^Math.Min(missing, bytes.Length - 12)]);

        Assert.That(
            () => Build(folder, options with { Path = name + ".gz" }, ids),
            Throws.InstanceOf<InputException>().With.Message.Contains(packed).And.Message.Contains("cut off")
        );
    }

    [Test]
    public void A_list_of_endless_lines_is_refused([Values(true, false)] bool ended)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("n.tsv"), "0\t1\n" + new string('x', 3 << 20) + (ended ? "\n" : ""));
        var options = new ModalityOptions { Source = ModalitySource.Neighbours, Path = "n.tsv" };

        Assert.That(
            () => CandidateImport.Read("m", options, Ids, folder.Path, 5),
            Throws.InstanceOf<InputException>().With.Message.Contains("line 2").And.Message.Contains("1048576")
        );
    }

    private static ModalityOptions Array(string path) => new() { Source = ModalitySource.Npy, Path = path };

    private static ModalityFeatures Build(TemporaryFolder folder, ModalityOptions options, string[]? ids = null, int rawItems = 0)
    {
        using var engine = new CpuEngine(1);
        return FeatureBuilder.Build("m", options, ids ?? Ids, [], folder.Path, engine, rawItems)!;
    }

    private static (ModalityOptions Options, string[] Ids) Write(TemporaryFolder folder, string name)
    {
        float[] values = Vectors.Random(Items, 40, 5).Values;
        if (name.EndsWith(".npy", StringComparison.Ordinal))
        {
            NpyFile.Write(folder.File(name), Items, 40, values);
            return (Array(name), Ids);
        }

        string[] ids = [.. Ids.Select(id => $"B{int.Parse(id, System.Globalization.CultureInfo.InvariantCulture):D9}")];
        using FileStream file = File.Create(folder.File(name));
        for (int item = 0; item < Items; item++)
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(ids[item]));
            file.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan(item * 40, 40)));
        }

        return (
            new ModalityOptions
            {
                Source = ModalitySource.ImageBinary,
                Path = name,
                Width = 40,
            },
            ids
        );
    }

    private static void Pack(TemporaryFolder folder, string name)
    {
        using FileStream source = File.OpenRead(folder.File(name));
        using var target = new GZipStream(File.Create(folder.File(name + ".gz")), CompressionLevel.Fastest);
        source.CopyTo(target);
    }
}
