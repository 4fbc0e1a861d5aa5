using Parquet.Schema;

namespace CranePipeline.Tables;

/// <summary>One setting of a search.</summary>
/// <param name="Name">The setting's name, which is its column's.</param>
/// <param name="Values">Its value in every trial, as it was given.</param>
public sealed record TrialSetting(string Name, string[] Values);

/// <summary>What every trial of a search gave on the validation part.</summary>
/// <remarks>Columns: one <c>string</c> for each setting by its name, <c>recall@20: double, ndcg@20: double, bestEpoch: int32</c>.</remarks>
public sealed record Trials
{
    private static readonly DataField<double> Recall = new("recall@20");
    private static readonly DataField<double> Ndcg = new("ndcg@20");
    private static readonly DataField<int> Best = new("bestEpoch");
    private static readonly ParquetSchema Fixed = new(Recall, Ndcg, Best);

    /// <summary>The searched settings.</summary>
    public required IReadOnlyList<TrialSetting> Settings { get; init; }

    /// <summary>Best recall@20 of each trial.</summary>
    public required double[] Recall20 { get; init; }

    /// <summary>NDCG@20 at that epoch.</summary>
    public required double[] Ndcg20 { get; init; }

    /// <summary>That epoch.</summary>
    public required int[] BestEpochs { get; init; }

    /// <summary>Number of trials.</summary>
    public int Count => BestEpochs.Length;

    /// <summary>The settings of one trial, by name.</summary>
    public IReadOnlyDictionary<string, string> SettingsOf(int trial) =>
        Settings.ToDictionary(setting => setting.Name, setting => setting.Values[trial]);

    /// <summary>Writes the table; returns its rows.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public long Write(string path)
    {
        // A field belongs to one schema, and this one depends on the settings.
        DataField[] settings = [.. Settings.Select(setting => new DataField(setting.Name, typeof(string), isNullable: false))];
        DataField<double> recall = new(Recall.Name);
        DataField<double> ndcg = new(Ndcg.Name);
        DataField<int> best = new(Best.Name);
        TableWriter.Write(
            path,
            new ParquetSchema([.. settings, recall, ndcg, best]),
            writer =>
                writer.Groups(
                    Count,
                    TableWriter.PlainGroupRows,
                    (first, rows) =>
                    {
                        for (int setting = 0; setting < settings.Length; setting++)
                        {
                            writer.Column(settings[setting], Settings[setting].Values.AsSpan(first, rows));
                        }

                        writer.Column<double>(recall, Recall20.AsMemory(first, rows));
                        writer.Column<double>(ndcg, Ndcg20.AsMemory(first, rows));
                        writer.Column<int>(best, BestEpochs.AsMemory(first, rows));
                    }
                )
        );
        return Count;
    }

    /// <summary>Reads the table.</summary>
    /// <exception cref="InputException">The file is missing, is no such table or cannot be read.</exception>
    public static Trials Read(string path) =>
        TableReader.Read(
            path,
            "trials",
            Fixed,
            reader => new Trials
            {
                Settings =
                [
                    .. reader
                        .Schema.GetDataFields()
                        .Where(field => Array.TrueForAll(Fixed.GetDataFields(), other => other.Name != field.Name))
                        .Select(field => new TrialSetting(field.Name, reader.Texts(field)!)),
                ],
                Recall20 = reader.Column<double>(Recall),
                Ndcg20 = reader.Column<double>(Ndcg),
                BestEpochs = reader.Column<int>(Best),
            }
        );
}
