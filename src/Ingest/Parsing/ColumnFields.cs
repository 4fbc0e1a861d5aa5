using System.Runtime.CompilerServices;

namespace CranePipeline.Ingest.Parsing;

/// <summary>What a column of interactions may hold.</summary>
internal enum Field
{
    User,
    Item,
    Rating,
    Timestamp,
    Label,
}

/// <summary>
/// Fields of a row by their columns, from left to right, each read by its rule. Of several faults of a row the leftmost is told.
/// </summary>
internal sealed class ColumnFields(ColumnLayout layout, LabelRule labels, TimestampRule times)
{
    private readonly (int Column, Field Field)[] fields =
    [
        .. new[]
        {
            (Column: layout.User, Field: Field.User),
            (Column: layout.Item, Field: Field.Item),
            (Column: layout.Rating, Field: Field.Rating),
            (Column: layout.Timestamp, Field: Field.Timestamp),
            (Column: layout.Label, Field: Field.Label),
        }
            .Where(field => field.Column >= 0)
            .OrderBy(field => field.Column),
    ];

    /// <summary>The columns that hold something, and what.</summary>
    public ReadOnlySpan<(int Column, Field Field)> All => fields;

    /// <summary>Reads a field as it is written; an empty one holds nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Read(Field field, ReadOnlySpan<byte> value, ref RawRow row, TimestampTally tally)
    {
        switch (field)
        {
            case Field.User:
                row.User = value;
                break;
            case Field.Item:
                row.Item = value;
                break;
            case Field.Rating:
                RatingRule.Read(value, ref row);
                break;
            case Field.Timestamp:
                times.Read(value, ref row, tally);
                break;
            case Field.Label:
                labels.Read(value, ref row);
                break;
        }
    }
}
