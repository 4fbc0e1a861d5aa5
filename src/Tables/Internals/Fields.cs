using Parquet.Schema;

namespace CranePipeline.Tables;

/// <summary>Columns as the tables' schemas name them.</summary>
internal static class Fields
{
    /// <summary>A list column and the leaf its values are in.</summary>
    public static (ListField List, DataField<T> Values) List<T>(string name)
    {
        var values = new DataField<T>(ListField.ElementName, nullable: false);
        return (new ListField(name, values), values);
    }

    /// <summary>The numbers from 0.</summary>
    public static int[] RowNumbers(int rows)
    {
        int[] numbers = new int[rows];
        for (int row = 0; row < rows; row++)
        {
            numbers[row] = row;
        }

        return numbers;
    }
}
