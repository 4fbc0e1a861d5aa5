using Parquet.Schema;

namespace CranePipeline.Tables;

/// <summary>One part of a training loss.</summary>
/// <param name="Name">The part's name; its column's is this after <see cref="History.PartPrefix"/>.</param>
/// <param name="Values">Its mean in every epoch, times its weight, so that the parts add up to the loss.</param>
public sealed record HistoryPart(string Name, double[] Values);

/// <summary>What every epoch of a training run gave.</summary>
/// <remarks>
/// Columns <c>epoch: int32, loss: double</c>, one <c>loss.PART: double</c> for each part of the loss, <c>recall@20: double?,
/// ndcg@20: double?</c>.
/// </remarks>
public sealed record History
{
    /// <summary>What the columns of parts begin with.</summary>
    public const string PartPrefix = "loss.";

    private static readonly DataField<int> Epoch = new("epoch");
    private static readonly DataField<double> Loss = new("loss");
    private static readonly DataField<double> Recall = new("recall@20", nullable: true);
    private static readonly DataField<double> Ndcg = new("ndcg@20", nullable: true);
    private static readonly ParquetSchema Fixed = new(Epoch, Loss, Recall, Ndcg);

    /// <summary>Epochs, from 1.</summary>
    public required int[] Epochs { get; init; }

    /// <summary>Mean total loss of each epoch.</summary>
    public required double[] Losses { get; init; }

    /// <summary>The named parts of the loss.</summary>
    public required IReadOnlyList<HistoryPart> Parts { get; init; }

    /// <summary>Recall@20 on the validation part, of the epochs that were validated; null if none was.</summary>
    public OptionalColumn<double>? Recall20 { get; init; }

    /// <summary>NDCG@20, likewise.</summary>
    public OptionalColumn<double>? Ndcg20 { get; init; }

    /// <summary>Number of epochs.</summary>
    public int Count => Epochs.Length;

    /// <summary>Writes the table; returns its rows.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public long Write(string path)
    {
        // A field belongs to one schema, and this one depends on the parts.
        DataField<int> epoch = new(Epoch.Name);
        DataField<double> loss = new(Loss.Name);
        DataField<double>[] parts = [.. Parts.Select(part => new DataField<double>(PartPrefix + part.Name))];
        DataField<double> recall = new(Recall.Name, nullable: true);
        DataField<double> ndcg = new(Ndcg.Name, nullable: true);
        TableWriter.Write(
            path,
            new ParquetSchema([epoch, loss, .. parts, recall, ndcg]),
            writer =>
                writer.Groups(
                    Count,
                    TableWriter.PlainGroupRows,
                    (first, rows) =>
                    {
                        writer.Column<int>(epoch, Epochs.AsMemory(first, rows));
                        writer.Column<double>(loss, Losses.AsMemory(first, rows));
                        for (int part = 0; part < parts.Length; part++)
                        {
                            writer.Column<double>(parts[part], Parts[part].Values.AsMemory(first, rows));
                        }

                        writer.Column(recall, Recall20, first, rows);
                        writer.Column(ndcg, Ndcg20, first, rows);
                    }
                )
        );
        return Count;
    }

    /// <summary>Reads the table.</summary>
    /// <exception cref="InputException">The file is missing, is no such table or cannot be read.</exception>
    public static History Read(string path) =>
        TableReader.Read(
            path,
            "training history",
            Fixed,
            reader => new History
            {
                Epochs = reader.Column<int>(Epoch),
                Losses = reader.Column<double>(Loss),
                Parts =
                [
                    .. reader
                        .Schema.GetDataFields()
                        .Where(field => field.Name.StartsWith(PartPrefix, StringComparison.Ordinal))
                        .Select(field => new HistoryPart(field.Name[PartPrefix.Length..], reader.Column<double>(field))),
                ],
                Recall20 = reader.Optional<double>(Recall),
                Ndcg20 = reader.Optional<double>(Ndcg),
            }
        );
}
