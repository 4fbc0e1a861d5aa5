using CranePipeline.Configuration;
using CranePipeline.Features;
using CranePipeline.Ingest;
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

    public override string Name => "features";

    public override int Version => 4;

    /// <summary>The table of one modality.</summary>
    public static string TableOf(string modality) => modality + ".parquet";

    public override IReadOnlyList<string> Inputs(PipelineSettings settings) => ["ingest"];

    public override bool ReadsRawFiles => true;

    public override bool PassesOverRawFiles => true;

    public override IReadOnlyList<RawFile> RawFiles(PipelineSettings settings)
    {
        var paths = new SortedSet<string>(StringComparer.Ordinal);
        foreach ((string name, ModalityOptions modality) in settings.ModalitiesAtHand)
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

    /// <summary>Whether items will have features of any modality: one that must be there, or whose files are there or to be fetched.</summary>
    public static bool HasAny(PipelineSettings settings) =>
        settings.ModalitiesAtHand.Any(pair =>
            !pair.Value.Optional
            || FeatureBuilder.IsThere(pair.Key, pair.Value, settings.Data)
            || settings.Files.Any(file => file.Path == pair.Value.Path)
        );

    public override object Settings(PipelineSettings settings, long seed) =>
        new { Modalities = settings.ModalitiesAtHand, settings.Metadata };

    public override void Make(StageContext context)
    {
        RunEnvironment environment = context.Environment;
        PipelineSettings settings = context.Settings;
        string[] itemIds = InteractionTables.ReadItemIds(context.Inputs["ingest"]).Values;
        IReadOnlyList<ItemText?> texts = Texts(context, itemIds);
        int rawItems = JsonFiles.Read<IngestStatistics>(context.Inputs["ingest"].PathOf(IngestStage.StatisticsFile)).RawItems;
        using IEngine engine = environment.CreateEngine();
        var statistics = new SortedDictionary<string, FeatureStatistics>(StringComparer.Ordinal);
        foreach (
            (string name, ModalityOptions modality) in settings.ModalitiesAtHand.OrderBy(pair => pair.Key, StringComparer.Ordinal)
        )
        {
            ModalityFeatures? table = FeatureBuilder.Build(
                name,
                modality,
                itemIds,
                texts,
                environment.DataFolder,
                engine,
                rawItems,
                environment.Progress,
                environment.Cancellation
            );
            if (table is null)
            {
                environment.Display.Info($"modality {name} is optional and {modality.Path} is not there: left out");
                continue;
            }

            statistics[name] = table.Statistics;
            if (table.Statistics is { NonFinite: > 0 and int dropped, NonFiniteExample: var example })
            {
                environment.Display.Warning(
                    $"modality {name}: {dropped} of {itemIds.Length} vectors have a NaN or "
                        + $"an infinity in them, that of item '{example}' first, and count as missing"
                );
            }

            if (table.Statistics is { ZeroRows: > 0 and int zero, ZeroRowExample: var first, Uninformative: null })
            {
                environment.Display.Warning(
                    $"modality {name}: {zero} of {itemIds.Length} vectors are zero, that of item '{first}' first, "
                        + "and stay so: these items have no candidates and are none"
                );
            }

            if (table.Statistics.Uninformative is { } reason)
            {
                environment.Display.Warning($"modality {name} tells no item from another and is left out: {reason}");
                continue;
            }

            Matrix values = table.Values;
            context.Staging.WriteTable(
                TableOf(name),
                new FeatureTable
                {
                    Width = values.Columns,
                    Values = values.Values,
                    Present = table.Present,
                }.Write
            );
            context.Staging.Record($"{name}.coverage", table.Statistics.Coverage);
            context.Staging.Record($"{name}.width", values.Columns);
        }

        if (statistics.Count > 0 && statistics.Values.All(table => table.Uninformative is not null))
        {
            throw new InputException(
                $"no modality of data set {settings.Name} tells its items apart: "
                    + $"{string.Join("; ", statistics.Select(pair => $"{pair.Key}: {pair.Value.Uninformative}"))}; "
                    + "correct or remove them in 'modalities' of its data set file"
            );
        }

        context.Staging.WriteText(StatisticsFile, JsonFiles.Text(statistics));
        context.Summary = string.Join(
            ", ",
            statistics.Select(pair =>
                pair.Value.Uninformative is null
                    ? FormattableString.Invariant($"{pair.Key} {pair.Value.Width} wide, {pair.Value.Coverage:P1} of items")
                    : $"{pair.Key} left out"
            )
        );
    }

    /// <summary>The feature tables of an artifact, by modality in order of name.</summary>
    public static IEnumerable<(string Name, Matrix Values, bool[] Present)> Read(Artifact features)
    {
        foreach (string name in Modalities(features))
        {
            (Matrix values, bool[] present) = ReadVectors(features, name);
            yield return (name, values, present);
        }
    }

    /// <summary>The feature table of one modality.</summary>
    public static FeatureTable Read(Artifact features, string modality) => FeatureTable.Read(features.PathOf(TableOf(modality)));

    /// <summary>The vectors of one modality.</summary>
    public static (Matrix Values, bool[] Present) ReadVectors(Artifact features, string modality)
    {
        FeatureTable table = Read(features, modality);
        return (new Matrix(table.Count, table.Width, table.Values), table.Present);
    }

    /// <summary>The modalities an artifact has tables of.</summary>
    public static IReadOnlyList<string> Modalities(Artifact features) =>
        [
            .. JsonFiles
                .Read<SortedDictionary<string, FeatureStatistics>>(features.PathOf(StatisticsFile))
                .Where(pair => pair.Value.Uninformative is null)
                .Select(pair => pair.Key),
        ];

    /// <summary>Titles by item; null where no metadata were read.</summary>
    public static string?[]? ReadTitles(Artifact features) =>
        features.Has(TitlesFile) ? ItemTitles.Read(features.PathOf(TitlesFile)).Values : null;

    /// <summary>Titles by item from the metadata themselves: the vectors beside them may take hours.</summary>
    /// <exception cref="InputException">The metadata are not there or cannot be read.</exception>
    public static string?[] ReadTitles(PipelineSettings settings, RunEnvironment environment, string[] itemIds) =>
        [.. ReadMetadata(settings, environment, itemIds).Select(text => text?.Title)];

    private static ItemText?[] Texts(StageContext context, string[] itemIds)
    {
        if (context.Settings.Metadata.Count == 0)
        {
            if (context.Settings.Modalities.Values.Any(modality => modality.Source == ModalitySource.Text))
            {
                throw new InputException(
                    $"data set {context.Settings.Name} has a modality of source text "
                        + "but no 'metadata'; name the metadata files in its data set file"
                );
            }

            return new ItemText?[itemIds.Length];
        }

        ItemText?[] texts = ReadMetadata(context.Settings, context.Environment, itemIds);
        context.Staging.WriteTable(TitlesFile, new ItemTitles([.. texts.Select(text => text?.Title)]).Write);
        return texts;
    }

    private static ItemText?[] ReadMetadata(PipelineSettings settings, RunEnvironment environment, string[] itemIds)
    {
        var texts = new ItemText?[itemIds.Length];
        Dictionary<string, int> itemOf = new RawIds(IdKind.Item, itemIds).Numbers();
        MetadataResult metadata = MetadataReader.Read(
            settings.Metadata,
            environment.DataFolder,
            itemOf.Keys,
            settings.Ingest.QuarantineLimit,
            environment.Threads,
            environment.Progress,
            environment.Cancellation
        );
        foreach (ItemMetadata item in metadata.Items)
        {
            texts[itemOf[item.Asin]] = new ItemText(item.Title, item.Brand, item.Categories, item.Description);
        }

        return texts;
    }
}
