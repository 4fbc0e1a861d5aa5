using System.Buffers.Binary;
using System.Text;
using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Features.Tests;

public class ImageBinaryTests
{
    private static readonly string[] Ids = ["B000000001", "B000000002", "B000000003", "short"];

    [Test]
    public void Kept_items_get_their_records_and_the_others_the_mean()
    {
        using var folder = new TemporaryFolder();
        Write(folder.File("a.b"), ("B000000009", [9, 9, 9]), ("B000000003", [1, 2, 3]), ("B000000001", [3, 4, 8]));

        ModalityFeatures table = Build(folder, 3, Standardization.None);

        Assert.That(table.Values.Row(0).ToArray(), Is.EqualTo([3f, 4f, 8f]));
        Assert.That(table.Values.Row(2).ToArray(), Is.EqualTo([1f, 2f, 3f]));
        Assert.That(table.Values.Row(1).ToArray(), Is.EqualTo([2f, 3f, 5.5f]));
        Assert.That(table.Values.Row(3).ToArray(), Is.EqualTo([2f, 3f, 5.5f]));
        Assert.That(table.Present, Is.EqualTo([true, false, true, false]));
        FeatureStatistics statistics = table.Statistics;
        Assert.That((statistics.Present, statistics.MeanFilled, statistics.SourceRecords), Is.EqualTo((2, 2, 3L)));
        Assert.That(statistics.Coverage, Is.EqualTo(0.5));
    }

    [Test]
    public void Blocks_join_without_a_seam()
    {
        // 4,000 records of 1,610 bytes are more than one block.
        using var folder = new TemporaryFolder();
        string[] ids = [.. Enumerable.Range(0, 4000).Select(item => $"I{item:D9}")];
        Write(
            folder.File("a.b"),
            [.. ids.Select((id, item) => (id, Enumerable.Range(item, 400).Select(x => (float)x).ToArray()))]
        );
        using var engine = new CpuEngine();
        var options = new ModalityOptions
        {
            Source = ModalitySource.ImageBinary,
            Path = "a.b",
            Width = 400,
            Standardize = Standardization.None,
        };

        ModalityFeatures table = FeatureBuilder.Build("v", options, ids, [], folder.Path, engine)!;

        Assert.That(table.Present, Is.All.True);
        for (int item = 0; item < 4000; item++)
        {
            Assert.That(table.Values[item, 0], Is.EqualTo(item));
            Assert.That(table.Values[item, 399], Is.EqualTo(item + 399));
        }
    }

    [Test]
    public void The_first_of_repeated_records_counts()
    {
        using var folder = new TemporaryFolder();
        Write(folder.File("a.b"), ("B000000001", [1, 0, 0]), ("B000000001", [2, 0, 0]));

        ModalityFeatures table = Build(folder, 3, Standardization.None);

        Assert.That(table.Values[0, 0], Is.EqualTo(1));
        Assert.That(table.Statistics.RepeatedIds, Is.EqualTo(1));
    }

    [Test]
    public void A_vector_with_a_number_that_is_none_counts_as_missing()
    {
        using var folder = new TemporaryFolder();
        Write(folder.File("a.b"), ("B000000001", [1, float.NaN, 0]), ("B000000002", [2, 4, 6]));

        ModalityFeatures table = Build(folder, 3, Standardization.None);

        Assert.That(table.Values.Row(0).ToArray(), Is.EqualTo([2f, 4f, 6f]));
        Assert.That((table.Statistics.NonFinite, table.Statistics.Present), Is.EqualTo((1, 1)));
    }

    [TestCase(1)]
    [TestCase(9)]
    [TestCase(12)]
    public void A_cut_off_file_is_told_with_the_offset_of_its_last_record(int missing)
    {
        using var folder = new TemporaryFolder();
        Write(folder.File("a.b"), ("B000000001", [1, 0, 0]), ("B000000002", [2, 0, 0]), ("B000000003", [2, 0, 0]));
        byte[] whole = File.ReadAllBytes(folder.File("a.b"));
        File.WriteAllBytes(folder.File("a.b"), whole[..^missing]);

        Assert.That(
            () => Build(folder, 3, Standardization.None),
            Throws.InstanceOf<InputException>().With.Message.Contains("a.b").And.Message.Contains("offset 44")
        );
    }

    [Test]
    public void A_wrong_width_names_the_likely_one()
    {
        using var folder = new TemporaryFolder();
        Write(folder.File("a.b"), ("B000000001", [1, 0, 0, 4, 5]), ("B000000002", [2, 0, 0, 4, 5]));

        Assert.That(
            () => Build(folder, 3, Standardization.None),
            Throws.InstanceOf<InputException>().With.Message.Contains("width: 5").And.Message.Contains("offset 22")
        );
    }

    [Test]
    public void A_file_of_something_else_is_refused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("a.b"), new byte[220]);

        Assert.That(
            () => Build(folder, 3, Standardization.None),
            Throws.InstanceOf<InputException>().With.Message.Contains("offset 0")
        );
    }

    [Test]
    public void A_file_with_none_of_the_items_is_refused()
    {
        using var folder = new TemporaryFolder();
        Write(folder.File("a.b"), ("C000000001", [1, 0, 0]));

        Assert.That(
            () => Build(folder, 3, Standardization.None),
            Throws.InstanceOf<InputException>().With.Message.Contains("B000000001")
        );
    }

    [Test]
    public void An_absent_file_is_an_error_or_leaves_an_optional_modality_out()
    {
        using var folder = new TemporaryFolder();
        using var engine = new CpuEngine();
        var options = new ModalityOptions { Source = ModalitySource.ImageBinary, Path = "none.b" };

        Assert.That(
            () => FeatureBuilder.Build("v", options, Ids, [], folder.Path, engine),
            Throws.InstanceOf<InputException>().With.Message.Contains("none.b")
        );
        Assert.That(FeatureBuilder.Build("v", options with { Optional = true }, Ids, [], folder.Path, engine), Is.Null);
    }

    [Test]
    public void Standardising_takes_the_mean_off_and_scales_rows()
    {
        using var folder = new TemporaryFolder();
        Write(folder.File("a.b"), ("B000000001", [3, 4, 0]), ("B000000003", [1, 2, 0]));

        ModalityFeatures table = Build(folder, 3, Standardization.CenterAndNormalize);

        float half = (float)Math.Sqrt(0.5);
        Assert.That(table.Values.Row(0).ToArray(), Is.EqualTo([half, half, 0f]).Within(1e-6f));
        Assert.That(table.Values.Row(2).ToArray(), Is.EqualTo([-half, -half, 0f]).Within(1e-6f));
        Assert.That(table.Values.Row(1).ToArray(), Is.EqualTo([0f, 0f, 0f]));
        Assert.That(table.Statistics.MeanNorm, Is.EqualTo(Math.Sqrt(13)).Within(1e-9));
        Assert.That(table.Statistics.MedianRowNorm, Is.EqualTo(Math.Sqrt(2)).Within(1e-6));
        Assert.That(table.Statistics.Spread!.ConstantDimensions, Is.EqualTo(1));
        Assert.That(table.Statistics.Spread.EffectiveDimensions, Is.EqualTo(2).Within(1e-9));
    }

    [Test]
    public void Equal_vectors_are_counted()
    {
        using var folder = new TemporaryFolder();
        Write(folder.File("a.b"), ("B000000001", [3, 4, 0]), ("B000000003", [3, 4, 0]), ("B000000002", [3, 4, 1]));

        FeatureStatistics statistics = Build(folder, 3, Standardization.Center).Statistics;

        Assert.That((statistics.DuplicateRows, statistics.LargestDuplicateGroup), Is.EqualTo((2, 2)));
    }

    private static ModalityFeatures Build(TemporaryFolder folder, int width, Standardization standardize)
    {
        using var engine = new CpuEngine();
        var options = new ModalityOptions
        {
            Source = ModalitySource.ImageBinary,
            Path = "a.b",
            Width = width,
            Standardize = standardize,
        };
        return FeatureBuilder.Build("visual", options, Ids, [], folder.Path, engine)!;
    }

    private static void Write(string path, params (string Id, float[] Values)[] records)
    {
        using FileStream file = File.Create(path);
        foreach ((string id, float[] values) in records)
        {
            file.Write(Encoding.ASCII.GetBytes(id));
            var bytes = new byte[4 * values.Length];
            for (int index = 0; index < values.Length; index++)
            {
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(4 * index), values[index]);
            }

            file.Write(bytes);
        }
    }
}
