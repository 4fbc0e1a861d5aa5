using Parquet.Schema;

namespace CranePipeline.Tables;

/// <summary>Implicit feedback: a row an interaction, ordered by user and item, no pair twice.</summary>
/// <remarks>Columns <c>user: int32, item: int32, rating: float?, timestamp: int64?, label: int32?</c>.</remarks>
public sealed record Interactions
{
    private static readonly DataField<int> User = new("user");
    private static readonly DataField<int> Item = new("item");
    private static readonly DataField<float> Rating = new("rating", nullable: true);
    private static readonly DataField<long> Timestamp = new("timestamp", nullable: true);
    private static readonly DataField<int> Label = new("label", nullable: true);
    private static readonly ParquetSchema Schema = new(User, Item, Rating, Timestamp, Label);

    /// <summary>The user of every interaction, by integer id, ascending.</summary>
    public required int[] Users { get; init; }

    /// <summary>The item of every interaction, by integer id, ascending within a user.</summary>
    public required int[] Items { get; init; }

    /// <summary>Ratings as they were given; null if no row has one.</summary>
    public OptionalColumn<float>? Ratings { get; init; }

    /// <summary>Milliseconds since 1970-01-01 UTC; null if no row has a time.</summary>
    public OptionalColumn<long>? Timestamps { get; init; }

    /// <summary>A published split's part: 0 train, 1 valid, 2 test; null if no row has one.</summary>
    public OptionalColumn<byte>? Labels { get; init; }

    /// <summary>Number of interactions.</summary>
    public int Count => Users.Length;

    /// <summary>Writes the table; returns its rows.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public long Write(string path)
    {
        OptionalColumn<int>? labels = Labels is null
            ? null
            : new(Array.ConvertAll(Labels.Values, each => (int)each), Labels.Present);
        TableWriter.Write(
            path,
            Schema,
            writer =>
                writer.Groups(
                    Count,
                    TableWriter.PlainGroupRows,
                    (first, rows) =>
                    {
                        writer.Column<int>(User, Users.AsMemory(first, rows));
                        writer.Column<int>(Item, Items.AsMemory(first, rows));
                        writer.Column(Rating, Ratings, first, rows);
                        writer.Column(Timestamp, Timestamps, first, rows);
                        writer.Column(Label, labels, first, rows);
                    }
                )
        );
        return Count;
    }

    /// <summary>Reads the table.</summary>
    /// <exception cref="InputException">The file is missing, is no such table or cannot be read.</exception>
    public static Interactions Read(string path) =>
        TableReader.Read(
            path,
            "interactions",
            Schema,
            reader =>
            {
                OptionalColumn<int>? labels = reader.Optional<int>(Label);
                return new Interactions
                {
                    Users = reader.Column<int>(User),
                    Items = reader.Column<int>(Item),
                    Ratings = reader.Optional<float>(Rating),
                    Timestamps = reader.Optional<long>(Timestamp),
                    Labels = labels is null ? null : new(Array.ConvertAll(labels.Values, each => (byte)each), labels.Present),
                };
            }
        );
}
