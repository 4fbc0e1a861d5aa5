using NUnit.Framework;

namespace CranePipeline.Tables.Tests;

/// <summary>Whatever is wrong with a file or its place is one line that names it, and nothing is left behind or lost.</summary>
[TestFixture]
public sealed class TableErrorTests
{
    private ScratchFolder folder = null!;

    [SetUp]
    public void Make() => folder = new ScratchFolder();

    [TearDown]
    public void Clean() => folder.Dispose();

    [Test]
    public void A_missing_file_or_a_folder_is_named([ValueSource(nameof(Names))] string table)
    {
        Refused(() => TableReaders.ByName[table](folder.File("none.parquet")), "none.parquet", "there is no file");
        Refused(() => TableReaders.ByName[table](folder.Path), folder.Path, "is a folder");
    }

    [Test]
    public void A_table_of_another_kind_is_refused_with_the_column_it_lacks([ValueSource(nameof(Names))] string table)
    {
        string path = folder.File("other.parquet");
        SampleTables.Writers()[table is "titles" ? "ranks" : "titles"](path);
        Refused(() => TableReaders.ByName[table](path), path, "is no table of", "is missing");
        var wrong = new ExportTable(
            1,
            [.. "user item rating id title epoch".Split(' ').Select(name => new TextColumn(name, _ => "1"))]
        );
        ExportFile.Write(path, ExportFormat.Parquet, wrong);
        Refused(() => TableReaders.ByName[table](path), path);
    }

    [Test]
    public void A_file_cut_short_is_refused([ValueSource(nameof(Names))] string table)
    {
        string path = folder.File("table.parquet");
        SampleTables.Writers()[table](path);
        byte[] whole = File.ReadAllBytes(path);
        foreach (int length in new[] { 0, 3, 8, whole.Length / 2, whole.Length - 9, whole.Length - 1 })
        {
            File.WriteAllBytes(path, whole[..length]);
            Refused(() => TableReaders.ByName[table](path), path);
        }

        File.WriteAllText(path, "user,item\n1,2\n");
        Refused(() => TableReaders.ByName[table](path), path);
    }

    [Test]
    public void Vectors_of_several_lengths_are_refused()
    {
        string path = folder.File("ragged.parquet");
        int[] offsets = [0, 2, 5, 6];
        (int[] definition, int[] repetition) = ListLevels.OfOffsets(offsets);
        var item = new Parquet.Schema.DataField<int>("item");
        (Parquet.Schema.ListField list, Parquet.Schema.DataField<float> values) = Fields.List<float>("feature");
        var present = new Parquet.Schema.DataField<bool>("present");
        TableWriter.Write(
            path,
            new Parquet.Schema.ParquetSchema(item, list, present),
            writer =>
                writer.Group(() =>
                {
                    writer.Column<int>(item, new[] { 0, 1, 2 });
                    writer.Lists<float>(values, new float[6], definition, repetition);
                    writer.Column<bool>(present, new bool[3]);
                })
        );
        Refused(() => FeatureTable.Read(path), path, "lists of several lengths");
    }

    [Test]
    public void A_place_that_cannot_be_written_is_named_and_what_was_there_stays()
    {
        string file = folder.File("file");
        File.WriteAllText(file, "mine");
        Refused(() => SampleTables.Ranks().Write(Path.Combine(file, "table.parquet")), "cannot write", "table.parquet");
        Refused(() => SampleTables.Ranks().Write(folder.File("none/table.parquet")), "cannot write", "none");
        Refused(() => SampleTables.Ranks().Write(folder.Path), "is a folder");
        Refused(() => NpyFile.Write(folder.File("none/a.npy"), [1, 2]), "cannot write", "a.npy");
        Refused(() => WholeFile.MakeFolderOf(Path.Combine(file, "b", "c")), "cannot write");
        Refused(
            () => WholeFile.Write(file, _ => throw new IOException("No space left on device")),
            file,
            "no space left on device"
        );
        Assert.That(File.ReadAllText(file), Is.EqualTo("mine"));
        Assert.That(Directory.GetFiles(folder.Path), Is.EqualTo(new[] { file }));
    }

    private static IEnumerable<string> Names() => TableReaders.ByName.Keys;

    private static void Refused(Action act, params string[] parts)
    {
        InputException error = Assert.Throws<InputException>(act)!;
        Assert.That(error.Message, Is.Not.Empty.And.Not.Contain("\n").And.Not.Contain("   at "));
        foreach (string part in parts)
        {
            Assert.That(error.Message, Does.Contain(part));
        }
    }
}
