using CranePipeline.Configuration;
using CranePipeline.Features;
using CranePipeline.Ingest.Metadata;
using CranePipeline.Store;
using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Stages;

/// <summary>Images, texts and other vectors to one feature table a modality.</summary>
internal sealed class FeaturesStage : Stage
{
    public const string StatisticsFile = "features.json";
    private const string TitlesFile = "titles.parquet";
    public const string Feature = "feature";
    public const string Present = "present";
    private const string Title = "title";

    public override string Name => "features";

    public override int Version => 2;

    /// <summary>The table of one modality.</summary>
    public static string TableOf(string modality) => modality + ".parquet";

    public override IReadOnlyList<string> Inputs(PipelineSettings settings) => ["ingest"];

    public override bool ReadsRawFiles => true;

    public override IReadOnlyList<RawFile> RawFiles(PipelineSettings settings)
    {
        var paths = new SortedSet<string>(StringComparer.Ordinal);
        foreach ((string name, ModalityOptions modality) in settings.Modalities)
        {
            foreach (string path in FeatureBuilder.InputFiles(name, modality, settings.Data))
            {
                if (!modality.Optional || File.Exists(path))
                {
                    paths.Add(path);
                }
            }
        }

        paths.UnionWith(MetadataReader.Resolve(settings.Metadata, settings.Data).Select(file => file.FullPath));

        return [.. paths.Select(path => new RawFile(Path.GetRelativePath(settings.Data, path).Replace('\\', '/'), path))];
    }

    public override object Settings(PipelineSettings settings, long seed) => new { settings.Modalities, settings.Metadata };

    public override void Make(StageContext context)
    {
        RunEnvironment environment = context.Environment;
        PipelineSettings settings = context.Settings;
        string[] itemIds = InteractionTables.ReadRawIds(context.Inputs["ingest"], InteractionTables.Items);
        IReadOnlyList<ItemText?> texts = Texts(context, itemIds);
        using IEngine engine = environment.CreateEngine();
        var statistics = new SortedDictionary<string, FeatureStatistics>(StringComparer.Ordinal);
        foreach ((string name, ModalityOptions modality) in settings.Modalities.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            FeatureTable? table = FeatureBuilder.Build(
                name,
                modality,
                itemIds,
                texts,
                environment.DataFolder,
                engine,
                environment.Progress,
                environment.Cancellation
            );
            if (table is null)
            {
                environment.Display.Info($"modality {name} is optional and {modality.Path} is not there: left out");
                continue;
            }

            statistics[name] = table.Statistics;
            Matrix values = table.Values;
            context.Staging.WriteTable(
                TableOf(name),
                new Table([
                    InteractionTables.RowNumbers(InteractionTables.Item, values.Rows),
                    FloatListColumn.FixedWidth(Feature, values.Values, values.Columns),
                    new BooleanColumn(Present, table.Present),
                ])
            );
            context.Staging.Record($"{name}.coverage", table.Statistics.Coverage);
            context.Staging.Record($"{name}.width", values.Columns);
        }

        context.Staging.WriteText(StatisticsFile, JsonFiles.Text(statistics));
        context.Summary = string.Join(
            ", ",
            statistics.Select(pair =>
                FormattableString.Invariant($"{pair.Key} {pair.Value.Width} wide, {pair.Value.Coverage:P1} of items")
            )
        );
    }

    /// <summary>The feature tables of an artifact, by modality in order of name.</summary>
    public static IEnumerable<(string Name, Matrix Values, bool[] Present)> Read(Artifact features)
    {
        foreach (string name in Modalities(features))
        {
            (Matrix values, bool[] present) = Read(features, name);
            yield return (name, values, present);
        }
    }

    /// <summary>The feature table of one modality.</summary>
    public static (Matrix Values, bool[] Present) Read(Artifact features, string modality)
    {
        Table table = features.ReadTable(TableOf(modality), [Feature, Present]);
        return (Embeddings.ToMatrix(table, Feature), table.Get<BooleanColumn>(Present).Values);
    }

    /// <summary>The modalities an artifact has tables of.</summary>
    public static IReadOnlyList<string> Modalities(Artifact features) =>
        [.. JsonFiles.Read<SortedDictionary<string, FeatureStatistics>>(features.PathOf(StatisticsFile)).Keys];

    /// <summary>Titles by item; null where no metadata were read.</summary>
    public static string?[]? ReadTitles(Artifact features) =>
        features.Has(TitlesFile) ? features.ReadTable(TitlesFile, [Title]).Get<StringColumn>(Title).Values : null;

    private static ItemText?[] Texts(StageContext context, string[] itemIds)
    {
        var texts = new ItemText?[itemIds.Length];
        if (context.Settings.Metadata.Count == 0)
        {
            if (context.Settings.Modalities.Values.Any(modality => modality.Source == ModalitySource.Text))
            {
                throw new InputException(
                    $"data set {context.Settings.Name} has a modality of source text but no 'metadata'; name the metadata files in its data set file"
                );
            }

            return texts;
        }

        Dictionary<string, int> itemOf = InteractionTables.Numbers(itemIds);
        MetadataResult metadata = MetadataReader.Read(
            context.Settings.Metadata,
            context.Environment.DataFolder,
            itemOf.Keys,
            context.Settings.Ingest.QuarantineLimit,
            context.Environment.Threads,
            context.Environment.Progress,
            context.Environment.Cancellation
        );
        foreach (ItemMetadata item in metadata.Items)
        {
            texts[itemOf[item.Asin]] = new ItemText(item.Title, item.Brand, item.Categories, item.Description);
        }

        context.Staging.WriteTable(
            TitlesFile,
            new Table([
                InteractionTables.RowNumbers(InteractionTables.Item, texts.Length),
                new StringColumn(Title, [.. texts.Select(text => text?.Title)]),
            ])
        );
        return texts;
    }
}
