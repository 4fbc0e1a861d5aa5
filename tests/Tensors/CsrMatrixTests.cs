using NUnit.Framework;

namespace CranePipeline.Tensors.Tests;

[TestFixture]
internal sealed class CsrMatrixTests
{
    [FsCheck.NUnit.Property]
    public void Entries_come_back_from_where_they_were_put(FsCheck.NonNegativeInt seed)
    {
        (CsrMatrix matrix, Dictionary<(int, int), float> entries) = Random(seed.Get);
        Assert.That(Entries(matrix), Is.EquivalentTo(entries));
        for (int row = 0; row < matrix.Rows; row++)
        {
            Assert.That(matrix.RowColumns(row).ToArray(), Is.Ordered.Ascending);
        }
    }

    [FsCheck.NUnit.Property]
    public void Transpose_swaps_rows_and_columns_and_twice_is_the_matrix(FsCheck.NonNegativeInt seed)
    {
        (CsrMatrix matrix, Dictionary<(int, int), float> entries) = Random(seed.Get);
        CsrMatrix transpose = matrix.Transpose();
        Assert.That((transpose.Rows, transpose.Columns), Is.EqualTo((matrix.Columns, matrix.Rows)));
        Assert.That(Entries(transpose), Is.EquivalentTo(entries.ToDictionary(e => (e.Key.Item2, e.Key.Item1), e => e.Value)));
        CsrMatrix twice = transpose.Transpose();
        Assert.That(twice.RowOffsets, Is.EqualTo(matrix.RowOffsets));
        Assert.That(twice.ColumnIndices, Is.EqualTo(matrix.ColumnIndices));
        Assert.That(twice.Values, Is.EqualTo(matrix.Values));
    }

    [FsCheck.NUnit.Property]
    public void Ranges_of_rows_are_the_matrix_in_pieces(FsCheck.NonNegativeInt seed)
    {
        (CsrMatrix matrix, _) = Random(seed.Get);
        int first = seed.Get % (matrix.Rows + 1);
        CsrMatrix[] pieces = [matrix.RowRange(0, first), matrix.RowRange(first, matrix.Rows - first)];
        Assert.That(pieces.Sum(static piece => piece.Rows), Is.EqualTo(matrix.Rows));
        for (int row = 0; row < matrix.Rows; row++)
        {
            CsrMatrix piece = row < first ? pieces[0] : pieces[1];
            Assert.That(
                piece.RowColumns(row < first ? row : row - first).ToArray(),
                Is.EqualTo(matrix.RowColumns(row).ToArray())
            );
        }

        Assert.That(pieces.SelectMany(static piece => piece.Values), Is.EqualTo(matrix.Values));
    }

    [Test]
    public void Arrays_that_do_not_fit_are_refused()
    {
        Assert.That(() => new CsrMatrix(2, 2, [0, 1], [0], [1f]), Throws.ArgumentException);
        Assert.That(() => new CsrMatrix(1, 2, [0, 2], [0], [1f]), Throws.ArgumentException);
        Assert.That(() => CsrMatrix.FromEntries(1, 1, [0], [0, 0], [1f]), Throws.ArgumentException);
    }

    private static (CsrMatrix Matrix, Dictionary<(int, int), float> Entries) Random(int seed)
    {
        var random = new RandomStream(seed, "csr test");
        int rows = 1 + random.NextInt32(12);
        int columns = 1 + random.NextInt32(12);
        var entries = new Dictionary<(int, int), float>();
        int wanted = random.NextInt32((rows * columns) + 1);
        for (int draw = 0; draw < wanted; draw++)
        {
            entries[(random.NextInt32(rows), random.NextInt32(columns))] = random.NextSingle();
        }

        (int, int)[] places = [.. entries.Keys];
        random.Shuffle<(int, int)>(places);
        int[] row = [.. places.Select(place => place.Item1)];
        int[] column = [.. places.Select(place => place.Item2)];
        float[] values = [.. places.Select(place => entries[place])];
        return (CsrMatrix.FromEntries(rows, columns, row, column, values), entries);
    }

    private static Dictionary<(int, int), float> Entries(CsrMatrix matrix)
    {
        var result = new Dictionary<(int, int), float>();
        for (int row = 0; row < matrix.Rows; row++)
        {
            for (int entry = matrix.RowOffsets[row]; entry < matrix.RowOffsets[row + 1]; entry++)
            {
                result.Add((row, matrix.ColumnIndices[entry]), matrix.Values[entry]);
            }
        }

        return result;
    }
}
