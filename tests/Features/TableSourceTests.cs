using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Features.Tests;

/// <summary>Ids and vectors as databases and data frames write them.</summary>
public class TableSourceTests
{
    private static readonly ModalityOptions Table = new()
    {
        Source = ModalitySource.Parquet,
        Path = "v.feather",
        IdColumn = "id",
        VectorColumn = "v",
        Standardize = Standardization.None,
    };

    [Test]
    public void An_empty_list_counts_as_missing_wherever_it_stands([Values(0, 1, 2)] int empty)
    {
        using var folder = new TemporaryFolder();
        Write(folder, Texts("a", "b", "c"), empty);

        ModalityFeatures table = Build(folder, Table, "a", "b", "c");

        Assert.That(table.Present, Is.EqualTo(new[] { 0, 1, 2 }.Select(row => row != empty)));
        Assert.That(table.Values.Row(empty == 1 ? 2 : 1).ToArray(), Is.EqualTo(empty == 1 ? [5f, 6f] : new[] { 3f, 4f }));
        Assert.That(
            () => Build(folder, Table, new[] { "a", "b", "c" }[empty]),
            Throws.InstanceOf<InputException>().With.Message.Contains("no vector for any of the 1 items")
        );
    }

    [Test]
    public void Ids_may_be_whole_decimals()
    {
        using var folder = new TemporaryFolder();
        var ids = new Decimal128Array.Builder(new Decimal128Type(29, 0)).Append(7m).Append(12345678901234567890123m).AppendNull();
        Write(folder, ids.Build(), -1);

        ModalityFeatures table = Build(folder, Table, "12345678901234567890123", "7", "8");

        Assert.That(table.Present, Is.EqualTo([true, true, false]));
        Assert.That(table.Values.Row(0).ToArray(), Is.EqualTo([3f, 4f]));
    }

    [Test]
    public void Ids_are_taken_without_the_spaces_around_them()
    {
        using var folder = new TemporaryFolder();
        Write(folder, Texts("a  ", "\tb", " c "), -1);
        NpyFile.Write(folder.File("a.npy"), 3, 2, [1, 2, 3, 4, 5, 6]);
        File.WriteAllText(folder.File("ids.txt"), "a  \n\tb\r\n c ");
        File.WriteAllText(folder.File("n.tsv"), "a  \tb\nb\tc \n");
        ModalityOptions array = Table with { Source = ModalitySource.Npy, Path = "a.npy" };

        foreach (ModalityOptions options in new[] { Table, array with { Ids = "ids.txt" }, array with { Ids = "v.feather" } })
        {
            ModalityFeatures table = Build(folder, options, "c", "b", "a");
            Assert.That(table.Values.Values, Is.EqualTo([5f, 6f, 3f, 4f, 1f, 2f]), options.ToString());
        }

        CandidateList list = CandidateImport.Read("m", new() { Path = "n.tsv" }, ["a", "b", "c"], folder.Path, 5);
        Assert.That(list.Items, Is.EqualTo([1, 2, -1]));
    }

    [TestCase("item0\titem1\nitem1\titem0\n", "1 0 -1")]
    [TestCase("item0 \titem1\t0.5\nitem1\titem0\t0.5\n", "1 0 -1")]
    [TestCase("itemID\tneighbourID\nitem1\titem0\n", "-1 0 -1")]
    [TestCase("item\tsimilar\tscore\nitem1\titem0\t0.5\n", "-1 0 -1")]
    [TestCase("items and neighbours\nitem1\titem0\n", "-1 0 -1")]
    public void A_first_line_of_two_items_is_no_heading(string text, string expected)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("n.tsv"), text);

        CandidateList list = CandidateImport.Read("m", new() { Path = "n.tsv" }, ["item0", "item1", "item2"], folder.Path, 5);

        Assert.That(string.Join(' ', list.Items), Is.EqualTo(expected));
    }

    private static StringArray Texts(params string[] values) => new StringArray.Builder().AppendRange(values).Build();

    /// <summary>Three rows of two numbers, counted from 1; one of them an empty list.</summary>
    private static void Write(TemporaryFolder folder, IArrowArray ids, int empty)
    {
        var lists = new ListArray.Builder(FloatType.Default);
        var numbers = (FloatArray.Builder)lists.ValueBuilder;
        for (int row = 0; row < 3; row++)
        {
            lists.Append();
            if (row != empty)
            {
                numbers.Append((2 * row) + 1).Append((2 * row) + 2);
            }
        }

        ListArray vectors = lists.Build();
        var schema = new Schema([new Field("id", ids.Data.DataType, true), new Field("v", vectors.Data.DataType, true)], null);
        using var writer = new ArrowFileWriter(File.Create(folder.File("v.feather")), schema);
        writer.WriteRecordBatch(new RecordBatch(schema, [ids, vectors], 3));
        writer.WriteEnd();
    }

    private static ModalityFeatures Build(TemporaryFolder folder, ModalityOptions options, params string[] ids)
    {
        using var engine = new CpuEngine(1);
        return FeatureBuilder.Build("m", options, ids, [], folder.Path, engine)!;
    }
}
