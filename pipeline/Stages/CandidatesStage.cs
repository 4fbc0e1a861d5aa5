using CranePipeline.Configuration;
using CranePipeline.Features;
using CranePipeline.Store;
using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Stages;

/// <summary>Feature tables to each item's nearest items, a modality.</summary>
internal sealed class CandidatesStage : Stage
{
    public const string TableFile = "candidates.parquet";
    public const string QualityFile = "quality.json";
    public const string Modality = "modality";
    public const string Neighbours = "neighbours";
    public const string Similarity = "similarity";

    public override string Name => "candidates";

    public override int Version => 2;

    public override IReadOnlyList<string> Inputs(PipelineSettings settings) => ["features", "ingest"];

    public override IReadOnlyList<RawFile> RawFiles(PipelineSettings settings) =>
        [
            .. settings
                .Modalities.Where(pair => pair.Value is { Source: ModalitySource.Neighbours, Path: not null })
                .Select(pair => new RawFile(pair.Value.Path!, Path.Combine(settings.Data, pair.Value.Path!)))
                .Where(file => File.Exists(file.Path)),
        ];

    public override object Settings(PipelineSettings settings, long seed) =>
        new { settings.Candidates, Imported = Imported(settings).ToDictionary(pair => pair.Key, pair => pair.Value) };

    public override void Make(StageContext context)
    {
        RunEnvironment environment = context.Environment;
        string[] itemIds = InteractionTables.ReadRawIds(context.Inputs["ingest"], InteractionTables.Items);
        Dictionary<string, FeatureStatistics> statistics = JsonFiles.Read<Dictionary<string, FeatureStatistics>>(
            context.Inputs["features"].PathOf(FeaturesStage.StatisticsFile)
        );
        IReadOnlyList<ItemText?> titles = Titles(context.Inputs["features"], itemIds.Length);
        using IEngine engine = environment.CreateEngine();
        var lists = new List<CandidateList>();
        var quality = new List<ModalityQuality>();
        Dictionary<string, ModalityOptions> imported = Imported(context.Settings).ToDictionary();
        foreach (string name in FeaturesStage.Modalities(context.Inputs["features"]))
        {
            CandidateList list = imported.TryGetValue(name, out ModalityOptions? modality)
                ? CandidateImport.Read(
                    name,
                    modality,
                    itemIds,
                    environment.DataFolder,
                    context.Settings.Candidates.Count,
                    environment.Cancellation
                )
                : Search(context, name, engine);
            lists.Add(list);
            quality.Add(QualityReport.Describe(statistics[name], list, itemIds, titles));
            context.Staging.Record($"{name}.isolated", list.Isolated);
            if (list.MeasuredRecall is { } recall)
            {
                context.Staging.Record($"{name}.recall", recall);
                environment.Display.Info(
                    FormattableString.Invariant(
                        $"{name}: approximate search, each item compared with {list.Probes} of {list.Lists} lists, finds {recall:P1} of the exact candidates of a sample"
                    )
                );
            }
        }

        quality.AddRange(
            statistics
                .Where(pair => pair.Value.Uninformative is not null)
                .Select(pair => QualityReport.LeftOut(pair.Key, pair.Value))
        );
        context.Staging.WriteTable(TableFile, ToTable(lists));
        context.Staging.WriteText(QualityFile, JsonFiles.Text(quality));
    }

    /// <summary>Candidates by modality, <c>[items × C]</c> with −1 in empty places.</summary>
    public static IReadOnlyDictionary<string, int[]> Read(Artifact candidates, int itemCount)
    {
        Table table = candidates.ReadTable(TableFile);
        string?[] modality = table.Get<StringColumn>(Modality).Values;
        int[] item = table.Get<Int32Column>(InteractionTables.Item).Values;
        Int32ListColumn neighbours = table.Get<Int32ListColumn>(Neighbours);
        var longest = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int row = 0; row < item.Length; row++)
        {
            int length = neighbours.Offsets[row + 1] - neighbours.Offsets[row];
            longest[modality[row]!] = Math.Max(length, longest.GetValueOrDefault(modality[row]!, 1));
        }

        Dictionary<string, int[]> padded = longest.ToDictionary(
            pair => pair.Key,
            pair =>
            {
                var places = new int[itemCount * pair.Value];
                Array.Fill(places, -1);
                return places;
            }
        );
        for (int row = 0; row < item.Length; row++)
        {
            Span<int> places = padded[modality[row]!].AsSpan(item[row] * longest[modality[row]!]);
            neighbours.Values.AsSpan(neighbours.Offsets[row]..neighbours.Offsets[row + 1]).CopyTo(places);
        }

        return padded;
    }

    // A method of its own, so that one modality's vectors are gone before the next one's are read.
    private static CandidateList Search(StageContext context, string modality, IEngine engine)
    {
        (Matrix values, bool[] present) = FeaturesStage.Read(context.Inputs["features"], modality);
        return CandidateSearch.Run(
            modality,
            values,
            present,
            context.Settings.Candidates,
            engine,
            context.Environment.Progress,
            context.Environment.Cancellation
        );
    }

    private static IEnumerable<KeyValuePair<string, ModalityOptions>> Imported(PipelineSettings settings) =>
        settings.Modalities.Where(pair => pair.Value.Source == ModalitySource.Neighbours);

    private static ItemText?[] Titles(Artifact features, int itemCount) =>
        FeaturesStage.ReadTitles(features) is { } titles
            ? Array.ConvertAll(titles, title => title is null ? null : new ItemText(title, null, null, null))
            : new ItemText?[itemCount];

    private static Table ToTable(List<CandidateList> lists)
    {
        int rows = lists.Sum(list => list.ItemCount);
        var modality = new string?[rows];
        var item = new int[rows];
        var offsets = new int[rows + 1];
        int row = 0;
        foreach (CandidateList list in lists)
        {
            for (int each = 0; each < list.ItemCount; each++, row++)
            {
                modality[row] = list.Modality;
                item[row] = each;
                offsets[row + 1] = checked(offsets[row] + list.Of(each).Length);
            }
        }

        var neighbours = new int[offsets[rows]];
        var similarity = new float[offsets[rows]];
        row = 0;
        foreach (CandidateList list in lists)
        {
            for (int each = 0; each < list.ItemCount; each++, row++)
            {
                ReadOnlySpan<int> places = list.Of(each);
                places.CopyTo(neighbours.AsSpan(offsets[row]));
                list.Similarities.AsSpan(each * list.Count, places.Length).CopyTo(similarity.AsSpan(offsets[row]));
            }
        }

        return new Table([
            new StringColumn(Modality, modality),
            new Int32Column(InteractionTables.Item, item),
            new Int32ListColumn(Neighbours, neighbours, offsets),
            new FloatListColumn(Similarity, similarity, offsets),
        ]);
    }
}
