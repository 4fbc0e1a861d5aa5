using CranePipeline.CommandLine;
using CranePipeline.Stages;
using CranePipeline.Store;
using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Commands;

/// <summary>The tables of a data set as other programs get them, of the first seed where there are several.</summary>
internal sealed class ExportTables(CommandContext context)
{
    private static readonly string[] Parts = ["train", "valid", "test"];

    private readonly Artifact ingest = context.Session.Ensure("ingest");
    private readonly long seed = context.Settings.Seeds[0];

    /// <summary>A table with raw ids.</summary>
    public ExportTable Table(ExportedTable what) =>
        what switch
        {
            ExportedTable.Embeddings => EmbeddingsTable(),
            ExportedTable.Recommendations => RecommendationsTable(),
            ExportedTable.Features => FeaturesTable(),
            _ => InteractionsTable(),
        };

    /// <summary>The same as an array of numbers, with the raw ids beside it.</summary>
    public ExportArray Array(ExportedTable what)
    {
        string[] items = Items();
        switch (what)
        {
            case ExportedTable.Embeddings:
                InnerProducts embedded = Embedded();
                return new ExportArray(
                    embedded.UserCount + embedded.ItemCount,
                    embedded.Users.Columns,
                    [.. embedded.Users.Values, .. embedded.Items.Values],
                    null,
                    Users(),
                    items
                );
            case ExportedTable.Features:
                FeatureTable features = Features();
                return new ExportArray(features.Count, features.Width, features.Values, null, null, items);
            case ExportedTable.Recommendations:
                Recommendations lists = Recommended();
                return new ExportArray(lists.Count, 3, null, Joined(lists.Users, lists.Items, lists.Ranks), Users(), items);
            default:
                Interactions all = Interactions();
                return new ExportArray(all.Count, 2, null, Joined(all.Users, all.Items), Users(), items);
        }
    }

    private ExportTable EmbeddingsTable()
    {
        InnerProducts embedded = Embedded();
        (Matrix users, Matrix items) = (embedded.Users, embedded.Items);
        string[] userIds = Users();
        string[] itemIds = Items();
        return new ExportTable(
            users.Rows + items.Rows,
            [
                new TextColumn("kind", row => row < users.Rows ? "user" : "item"),
                new TextColumn("id", row => row < users.Rows ? userIds[row] : itemIds[row - users.Rows]),
                new VectorColumn("embedding", [.. users.Values, .. items.Values], users.Columns),
            ]
        );
    }

    private ExportTable RecommendationsTable()
    {
        Recommendations lists = Recommended();
        string[] users = Users();
        string[] items = Items();
        return new ExportTable(
            lists.Count,
            [
                new TextColumn("user", row => users[lists.Users[row]]),
                new TextColumn("item", row => items[lists.Items[row]]),
                new ValueColumn<int>("rank", lists.Ranks),
            ]
        );
    }

    private ExportTable FeaturesTable()
    {
        FeatureTable features = Features();
        string[] items = Items();
        return new ExportTable(
            features.Count,
            [
                new TextColumn("item", row => items[row]),
                new ValueColumn<bool>("present", features.Present),
                new VectorColumn("feature", features.Values, features.Width),
            ]
        );
    }

    private ExportTable InteractionsTable()
    {
        Interactions all = Interactions();
        string[] users = Users();
        string[] items = Items();
        sbyte[] parts = PartOf(all);
        var columns = new List<ExportColumn>
        {
            new TextColumn("user", row => users[all.Users[row]]),
            new TextColumn("item", row => items[all.Items[row]]),
        };
        if (all.Ratings is { } ratings)
        {
            columns.Add(new ValueColumn<float>("rating", ratings));
        }

        if (all.Timestamps is { } times)
        {
            columns.Add(new ValueColumn<long>("timestamp", times));
        }

        columns.Add(new TextColumn("part", row => parts[row] < 0 ? null : Parts[parts[row]], IsOptional: true));
        return new ExportTable(all.Count, columns);
    }

    /// <summary>The part of the split each interaction is in: an index of <see cref="Parts"/>, −1 where the split leaves it out.</summary>
    private sbyte[] PartOf(Interactions all)
    {
        Artifact split = context.Session.Ensure("split", seed);
        var parts = new sbyte[all.Count];
        System.Array.Fill(parts, (sbyte)-1);
        string[] files = [InteractionTables.Train, InteractionTables.Valid, InteractionTables.Test];
        for (sbyte part = 0; part < files.Length; part++)
        {
            InteractionPairs pairs = InteractionTables.ReadPairs(split, files[part]);
            int row = 0;
            // Both are ordered by user and item.
            for (int pair = 0; pair < pairs.Count; pair++)
            {
                while (all.Users[row] != pairs.Users[pair] || all.Items[row] != pairs.Items[pair])
                {
                    row++;
                }

                parts[row] = part;
            }
        }

        return parts;
    }

    private InnerProducts Embedded() =>
        ScorerTables.Embeddings(context.Session.Ensure("train", seed))
        ?? throw new InputException(
            $"model {context.Settings.Model} has no embeddings whose inner products "
                + "are its scores; export its recommendations by -Table recommendations"
        );

    private Recommendations Recommended() =>
        Recommendations.Read(context.Session.Ensure("evaluate", seed).PathOf(EvaluateStage.RecommendationsFile));

    private FeatureTable Features()
    {
        Artifact features = context.Session.Ensure("features");
        IReadOnlyList<string> names = FeaturesStage.Modalities(features);
        string? asked = context.Options.Modality ?? (names.Count == 1 ? names[0] : null);
        return asked is not null && names.Contains(asked)
            ? FeaturesStage.Read(features, asked)
            : throw new InputException(
                names.Count == 0
                    ? $"data set {context.Settings.Name} has no modality; name some in its data set file"
                    : $"{(asked is null ? "-Table features needs -Modality" : $"there is no modality '{asked}'")}; "
                        + $"{context.Settings.Name} has {string.Join(", ", names)}"
            );
    }

    private Interactions Interactions() => Tables.Interactions.Read(ingest.PathOf(InteractionTables.Interactions));

    private string[] Users() => InteractionTables.ReadUserIds(ingest).Values;

    private string[] Items() => InteractionTables.ReadItemIds(ingest).Values;

    /// <summary>Columns as rows.</summary>
    private static int[] Joined(params ReadOnlySpan<int[]> columns)
    {
        var joined = new int[columns.Length * columns[0].Length];
        for (int column = 0; column < columns.Length; column++)
        {
            for (int row = 0; row < columns[column].Length; row++)
            {
                joined[(row * columns.Length) + column] = columns[column][row];
            }
        }

        return joined;
    }
}
