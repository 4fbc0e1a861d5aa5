using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Features.Tests;

public class SourceTests
{
    private static readonly float[] Array = [1, 2, 3, 4, 5, 6];

    [Test]
    public void Rows_of_an_array_are_the_raw_ids()
    {
        using var folder = new TemporaryFolder();
        NpyFile.Write(folder.File("a.npy"), 3, 2, Array);

        ModalityFeatures table = Build(folder, new() { Source = ModalitySource.Npy, Path = "a.npy" }, "2", "0");

        Assert.That(table.Values.Row(0).ToArray(), Is.EqualTo([5f, 6f]));
        Assert.That(table.Values.Row(1).ToArray(), Is.EqualTo([1f, 2f]));
        Assert.That(table.Present, Is.EqualTo([true, true]));
        Assert.That(table.Statistics.SourceRecords, Is.EqualTo(3));
    }

    [Test]
    public void A_list_names_the_rows_of_an_array()
    {
        using var folder = new TemporaryFolder();
        NpyFile.Write(folder.File("a.npy"), 3, 2, Array);
        File.WriteAllText(folder.File("ids.txt"), "x\ny\nx\n");
        var options = new ModalityOptions
        {
            Source = ModalitySource.Npy,
            Path = "a.npy",
            Ids = "ids.txt",
        };

        ModalityFeatures table = Build(folder, options, "y", "x", "z");

        Assert.That(table.Values.Row(0).ToArray(), Is.EqualTo([3f, 4f]));
        Assert.That(table.Values.Row(1).ToArray(), Is.EqualTo([1f, 2f]));
        Assert.That(table.Present, Is.EqualTo([true, true, false]));
        Assert.That(table.Statistics.RepeatedIds, Is.EqualTo(1));
        Assert.That(
            FeatureBuilder.InputFiles("m", options, "f"),
            Is.EqualTo([Path.Combine("f", "a.npy"), Path.Combine("f", "ids.txt")])
        );
    }

    [TestCase(ExportFormat.Parquet)]
    [TestCase(ExportFormat.Feather)]
    public void Lists_of_ids_and_of_neighbours_may_be_tables(ExportFormat format)
    {
        using var folder = new TemporaryFolder();
        void Write(string name, params ExportColumn[] columns) =>
            ExportFile.Write(folder.File(name), format, new ExportTable(3, columns));
        NpyFile.Write(folder.File("a.npy"), 3, 2, Array);
        string[] ids = ["x", "y", "x"];
        string[] others = ["y", "z", "z"];
        var first = new TextColumn("item", row => ids[row]);
        var second = new TextColumn("neighbour", row => others[row]);
        var similarity = new ValueColumn<float>("similarity", [0.5f, 0.25f, 0.75f]);
        Write("one", first);
        Write("two", second, first);
        Write("three", first, second, similarity);
        Write("numbers", new ValueColumn<int>("id", [7, 8, 9]));
        File.WriteAllText(folder.File("n.tsv"), "x\ty\t0.5\ny\tz\t0.25\nx\tz\t0.75\n");
        var array = new ModalityOptions { Source = ModalitySource.Npy, Path = "a.npy" };
        var neighbours = new ModalityOptions { Source = ModalitySource.Neighbours, Dimension = 2 };

        foreach (string list in new[] { "one", "two" })
        {
            ModalityFeatures table = Build(folder, array with { Ids = list }, "y", "x", "z");
            Assert.That(table.Values.Row(0).ToArray(), Is.EqualTo([3f, 4f]));
            Assert.That((table.Statistics.RepeatedIds, table.Present), Is.EqualTo((1L, new[] { true, true, false })));
        }

        Assert.That(Build(folder, array with { Ids = "numbers" }, "9").Values.Row(0).ToArray(), Is.EqualTo([5f, 6f]));
        Assert.That(
            Build(folder, neighbours with { Path = "three" }, "x", "y", "z").Values.Values,
            Is.EqualTo(Build(folder, neighbours with { Path = "n.tsv" }, "x", "y", "z").Values.Values)
        );
        Assert.That(Build(folder, neighbours with { Path = "two" }, "x", "y", "z").Present, Has.All.True);
        Refused(() => Build(folder, array with { Ids = "three", IdColumn = "asin" }, "x"), "'asin'", "'idColumn'");
        Refused(() => Build(folder, array with { Ids = "none" }, "x"), "none", "correct 'ids'");
        Refused(() => Build(folder, neighbours with { Path = "one" }, "x"), "1 columns (item: ", "an item, a neighbour");
    }

    [Test]
    public void An_array_that_does_not_fit_is_refused()
    {
        using var folder = new TemporaryFolder();
        NpyFile.Write(folder.File("a.npy"), 3, 2, Array);
        File.WriteAllText(folder.File("ids.txt"), "x\ny\n");
        var options = new ModalityOptions { Source = ModalitySource.Npy, Path = "a.npy" };

        Refused(() => Build(folder, options, "B0001"), "'B0001'", "'ids'");
        Refused(() => Build(folder, options with { Ids = "ids.txt" }, "x"), "2 ids", "3 rows");
        Refused(() => Build(folder, options with { Width = 5 }, "0"), "2 wide", "5");
        Refused(() => Build(folder, options with { Path = null }, "0"), "'path'", "'m'");
    }

    [TestCase(ExportFormat.Parquet)]
    [TestCase(ExportFormat.Feather)]
    public void Tables_are_joined_by_id(ExportFormat format)
    {
        using var folder = new TemporaryFolder();
        string[] ids = ["b", "c", "a"];
        ExportColumn[] text = [new TextColumn("asin", row => ids[row]), new VectorColumn("v", Array, 2)];
        ExportColumn[] numbers = [new ValueColumn<int>("item", [30, 10, 20]), new VectorColumn("feature", [1, 2, 3, 4, 5, 6], 2)];
        ExportFile.Write(folder.File("text.parquet"), format, new ExportTable(3, text));
        ExportFile.Write(folder.File("numbers.parquet"), format, new ExportTable(3, numbers));
        var options = new ModalityOptions { Source = ModalitySource.Parquet, Path = "numbers.parquet" };

        ModalityFeatures table = Build(folder, options, "10", "20", "40");

        Assert.That(table.Values.Row(0).ToArray(), Is.EqualTo([3f, 4f]));
        Assert.That(table.Values.Row(1).ToArray(), Is.EqualTo([5f, 6f]));
        Assert.That(table.Present, Is.EqualTo([true, true, false]));

        options = options with { Path = "text.parquet", IdColumn = "asin", VectorColumn = "v" };
        Assert.That(Build(folder, options, "a").Values.Row(0).ToArray(), Is.EqualTo([5f, 6f]));
        Refused(() => Build(folder, options with { Width = 3 }, "a"), "text.parquet", "2 wide");
        Refused(() => Build(folder, options with { VectorColumn = "asin" }, "a"), "'vectorColumn'");
        Refused(() => Build(folder, options with { IdColumn = "v" }, "a"), "'idColumn'");
    }

    [Test]
    public void Reducing_keeps_the_leading_directions()
    {
        // Three directions of very different spread in eight dimensions, and an item that is missing.
        Matrix factors = Vectors.Random(200, 3, 1);
        Matrix directions = Vectors.Random(3, 8, 2);
        var values = new float[200 * 8];
        float[] scales = [30, 5, 0.01f];
        for (int row = 0; row < 200; row++)
        {
            for (int column = 0; column < 8; column++)
            {
                for (int factor = 0; factor < 3; factor++)
                {
                    values[(row * 8) + column] += 4 + (scales[factor] * factors[row, factor] * directions[factor, column]);
                }
            }
        }

        using var folder = new TemporaryFolder();
        NpyFile.Write(folder.File("a.npy"), 200, 8, values);
        string[] ids = [.. Enumerable.Range(0, 201).Select(row => $"{row}")];
        File.WriteAllLines(folder.File("ids.txt"), ids[..200]);
        var options = new ModalityOptions
        {
            Source = ModalitySource.Npy,
            Path = "a.npy",
            Ids = "ids.txt",
        };

        ModalityFeatures whole = Build(folder, options with { Standardize = Standardization.Center }, ids);
        ModalityFeatures reduced = Build(folder, options with { Standardize = Standardization.Center, Reduce = 2 }, ids);

        Assert.That(reduced.Values.Columns, Is.EqualTo(2));
        Assert.That(reduced.Statistics.SourceWidth, Is.EqualTo(8));
        Assert.That(reduced.Statistics.ExplainedVariance, Is.InRange(0.9999, 1.0));
        Assert.That(reduced.Values.Row(200).ToArray(), Is.EqualTo([0f, 0f]));
        for (int row = 1; row < 200; row++)
        {
            double Distance(Matrix m) =>
                Math.Sqrt(m.Row(row).ToArray().Zip(m.Row(row - 1).ToArray(), (a, b) => (double)(a - b) * (a - b)).Sum());
            Assert.That(Distance(reduced.Values), Is.EqualTo(Distance(whole.Values)).Within(0.2));
        }
    }

    [Test]
    public void Neighbours_are_imported_in_order_and_by_raw_id()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("n.tsv"), "itemID\tneighbourID\nb\ta\nb\tc\nb\tgone\na\ta\nb\tc\nc\tb\n");
        var options = new ModalityOptions { Source = ModalitySource.Neighbours, Path = "n.tsv" };

        CandidateList list = CandidateImport.Read("m", options, ["a", "b", "c"], folder.Path, 100);

        Assert.That(list.Count, Is.EqualTo(2));
        Assert.That(list.Items, Is.EqualTo([-1, -1, 0, 2, 1, -1]));
        Assert.That(list.Similarities, Is.All.NaN);
        Assert.That((list.Isolated, list.Method), Is.EqualTo((1, "import")));
    }

    [Test]
    public void Neighbours_stand_in_for_vectors_that_are_not_there()
    {
        using var folder = new TemporaryFolder();
        ModalityOptions vectors = new()
        {
            Source = ModalitySource.Npy,
            Path = "v.npy",
            Width = 4096,
            Reduce = 512,
            Optional = true,
        };
        ModalityOptions both = vectors with { Neighbours = "n.tsv" };
        Assert.That(both.In(folder.Path), Is.EqualTo(vectors), "neither is there");

        File.WriteAllText(folder.File("n.tsv"), "");
        ModalityOptions lists = vectors with { Source = ModalitySource.Neighbours, Path = "n.tsv", Width = 0, Reduce = 0 };
        Assert.That(both.In(folder.Path), Is.EqualTo(lists), "the lists are there");

        File.WriteAllText(folder.File("v.npy"), "");
        Assert.That(both.In(folder.Path), Is.EqualTo(vectors), "both are there");
    }

    [Test]
    public void Neighbours_with_similarities_are_sorted()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("n.tsv"), "a\tb\t0.25\na\tc\t0.75\na\td\t0.75\n");
        var options = new ModalityOptions { Source = ModalitySource.Neighbours, Path = "n.tsv" };

        CandidateList list = CandidateImport.Read("m", options, ["a", "b", "d", "c"], folder.Path, 2);

        Assert.That(list.Of(0).ToArray(), Is.EqualTo([2, 3]));
        Assert.That(list.Similarities[..2], Is.EqualTo([0.75f, 0.75f]));
    }

    [TestCase("a\n", "line 1")]
    [TestCase("a\tb\nb\tc\t0.5\n", "line 2")]
    [TestCase("a\tb\t0.5\nb\ta\tmuch\n", "line 2")]
    [TestCase("x\ty\n", "no two items")]
    public void Bad_neighbour_files_are_refused(string content, string expected)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("n.tsv"), content);
        var options = new ModalityOptions { Source = ModalitySource.Neighbours, Path = "n.tsv" };

        Refused(() => CandidateImport.Read("m", options, ["a", "b", "c"], folder.Path, 5), "n.tsv", expected);
    }

    [Test]
    public void Vectors_from_neighbours_put_neighbours_together()
    {
        // Two cliques joined by nothing, and an item that nobody names.
        using var folder = new TemporaryFolder();
        string[] lines =
        [
            .. from a in Enumerable.Range(0, 20)
            from b in Enumerable.Range(0, 20)
            where a != b && a / 10 == b / 10
            select $"{a}\t{b}",
        ];
        File.WriteAllLines(folder.File("n.tsv"), lines);
        var options = new ModalityOptions
        {
            Source = ModalitySource.Neighbours,
            Path = "n.tsv",
            Dimension = 4,
            Standardize = Standardization.Normalize,
        };

        ModalityFeatures table = Build(folder, options, [.. Enumerable.Range(0, 21).Select(item => $"{item}")]);

        Assert.That(table.Statistics.Derived);
        Assert.That((table.Statistics.Present, table.Statistics.MeanFilled), Is.EqualTo((20, 1)));
        double[,] cosines = Vectors.Cosines(table.Values);
        for (int a = 0; a < 20; a++)
        {
            for (int b = 0; b < 20; b++)
            {
                Assert.That(cosines[a, b], Is.EqualTo(a / 10 == b / 10 ? 1.0 : 0.0).Within(1e-3));
            }
        }
    }

    private static ModalityFeatures Build(TemporaryFolder folder, ModalityOptions options, params string[] ids)
    {
        using var engine = new CpuEngine();
        if (options.Standardize == Standardization.CenterAndNormalize)
        {
            options = options with { Standardize = Standardization.None };
        }

        return FeatureBuilder.Build("m", options, ids, [], folder.Path, engine)!;
    }

    private static void Refused(Action build, params string[] expected)
    {
        InputException? refusal = Assert.Throws<InputException>(build);
        foreach (string text in expected)
        {
            Assert.That(refusal!.Message, Does.Contain(text));
        }
    }
}
