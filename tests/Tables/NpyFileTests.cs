using NUnit.Framework;

namespace CranePipeline.Tables.Tests;

[TestFixture]
public sealed class NpyFileTests
{
    private static readonly float[] Matrix = [.. Enumerable.Range(0, 15).Select(i => i * 0.5f - 3)];

    private static string Golden(string name) => Path.Combine(GoldenFiles.Folder, name);

    [TestCase("matrix-f2.npy", "<f2")]
    [TestCase("matrix-f4.npy", "<f4")]
    [TestCase("matrix-f8.npy", "<f8")]
    [TestCase("matrix-f2-big.npy", ">f2")]
    [TestCase("matrix-f4-big.npy", ">f4")]
    [TestCase("matrix-f8-big.npy", ">f8")]
    [TestCase("matrix-fortran.npy", "<f4")]
    [TestCase("matrix-version2.npy", "<f4")]
    [TestCase("matrix-version3.npy", "<f4")]
    public void Matrices_of_numpy_are_read_whole_and_by_rows(string file, string dataType)
    {
        var matrix = NpyFile.Read(Golden(file));
        Assert.That((matrix.Rows, matrix.Columns), Is.EqualTo((5, 3)));
        Assert.That(matrix.Values, Is.EqualTo(Matrix));
        var shape = NpyFile.ReadShape(Golden(file));
        Assert.That((shape.Rows, shape.Columns, shape.DataType), Is.EqualTo((5L, 3L, dataType)));
        int[] rows = [4, 0, 1, 2, 2];
        var some = NpyFile.ReadRows(Golden(file), rows);
        Assert.That(some.Rows, Is.EqualTo(5));
        for (var i = 0; i < rows.Length; i++)
        {
            Assert.That(some.Row(i).ToArray(), Is.EqualTo(Matrix[(rows[i] * 3)..(rows[i] * 3 + 3)]));
        }
    }

    [TestCase("i1")]
    [TestCase("i2")]
    [TestCase("i4")]
    [TestCase("i8")]
    [TestCase("i8-big")]
    [TestCase("u1")]
    [TestCase("u2")]
    [TestCase("u4")]
    [TestCase("u8")]
    public void Integers_of_numpy_are_read_as_integers_and_as_floats(string type)
    {
        var path = Golden($"integers-{type}.npy");
        var expected = Enumerable.Range(0, 12).Select(i => i * 3).ToArray();
        Assert.That(NpyFile.ReadInt32(path), Is.EqualTo(expected));
        Assert.That(NpyFile.ReadInt64(path), Is.EqualTo(expected.Select(v => (long)v)));
        Assert.That(NpyFile.Read(path).Values, Is.EqualTo(expected.Select(v => (float)v)));
    }

    [Test]
    public void Other_forms_of_numpy_are_read()
    {
        Assert.That(NpyFile.ReadInt64(Golden("integers-fortran.npy")), Is.EqualTo(Enumerable.Range(0, 12).Select(i => i * 3L)));
        Assert.That(NpyFile.ReadInt32(Golden("truth.npy")), Is.EqualTo(new[] { 1, 0, 1 }));
        var vector = NpyFile.Read(Golden("vector.npy"));
        Assert.That((vector.Rows, vector.Columns), Is.EqualTo((4, 1)));
        var empty = NpyFile.Read(Golden("empty.npy"));
        Assert.That((empty.Rows, empty.Columns, empty.Values.Length), Is.EqualTo((0, 7, 0)));
    }

    [TestCase("refused-objects.npy", "pickled")]
    [TestCase("refused-structured.npy", "float32")]
    [TestCase("refused-complex.npy", "<c8")]
    [TestCase("refused-dimensions.npy", "3 dimensions")]
    public void What_is_not_a_matrix_is_refused_with_a_reason(string file, string reason)
    {
        var error = Assert.Throws<InputException>(() => NpyFile.Read(Golden(file)));
        Assert.That(error!.Message, Does.Contain(file).And.Contain(reason));
    }

    [Test]
    public void Rows_that_are_not_there_are_refused() =>
        Assert.That(
            Assert.Throws<InputException>(() => NpyFile.ReadRows(Golden("matrix-f4.npy"), [5]))!.Message,
            Does.Contain("5 rows").And.Contain("row 5")
        );

    [Test]
    public void Floats_are_not_integers() =>
        Assert.That(
            Assert.Throws<InputException>(() => NpyFile.ReadInt64(Golden("matrix-f4.npy")))!.Message,
            Does.Contain("<f4")
        );

    [Test]
    public void What_is_written_has_the_bytes_numpy_writes()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        var path = Path.Combine(folder, "written.npy");
        NpyFile.Write(path, 5, 3, Matrix);
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(File.ReadAllBytes(Golden("matrix-f4.npy"))));
        NpyFile.Write(path, [1, 0, int.MinValue]);
        Assert.That(NpyFile.ReadInt32(path), Is.EqualTo(new[] { 1, 0, int.MinValue }));
        NpyFile.Write(path, [1L, long.MaxValue]);
        Assert.That(NpyFile.ReadInt64(path), Is.EqualTo(new[] { 1, long.MaxValue }));
        Assert.That(Assert.Throws<InputException>(() => NpyFile.ReadInt32(path))!.Message, Does.Contain("value 1"));
        Assert.That(Directory.GetFileSystemEntries(folder), Has.Length.EqualTo(1));
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public void A_file_cut_short_is_told_with_what_is_missing()
    {
        var whole = File.ReadAllBytes(Golden("matrix-f4.npy"));
        var error = Assert.Throws<InputException>(() =>
            NpyFile.Read(ByteSource.Of(whole.AsMemory(0, whole.Length - 1), "cut.npy"))
        );
        Assert.That(error!.Message, Does.Contain("cut.npy is cut short: 5 x 3 values of 4 bytes need 60 bytes and 59 follow"));
    }

    [Test]
    public void Real_features_are_read()
    {
        var path = Path.Combine(SharedData.Folder ?? "", "tiktok", "image_feat.npy");
        if (!File.Exists(path))
        {
            Assert.Ignore("shared data not present");
        }
        var matrix = NpyFile.Read(path);
        Assert.That((matrix.Rows, matrix.Columns), Is.EqualTo((6710, 128)));
        Assert.That(Array.TrueForAll(matrix.Values, float.IsFinite));
        Assert.That(NpyFile.ReadRows(path, [6709, 17]).Row(1).ToArray(), Is.EqualTo(matrix.Row(17).ToArray()));
    }
}
