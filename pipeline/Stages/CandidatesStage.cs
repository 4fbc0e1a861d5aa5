using System.Globalization;
using System.Runtime.CompilerServices;
using CranePipeline.Configuration;
using CranePipeline.Features;
using CranePipeline.Store;
using CranePipeline.Tables;
using CranePipeline.Tensors;
using ProcessMemory = CranePipeline.Training.ProcessMemory;

namespace CranePipeline.Stages;

/// <summary>Feature tables to each item's nearest items, a modality.</summary>
internal sealed class CandidatesStage : Stage
{
    public const string TableFile = "candidates.parquet";
    public const string QualityFile = "quality.json";

    public override string Name => "candidates";

    public override int Version => 2;

    public override IReadOnlyList<string> Inputs(PipelineSettings settings) => ["features", "ingest"];

    public override bool PassesOverRawFiles => true;

    public override IReadOnlyList<RawFile> RawFiles(PipelineSettings settings) =>
        [
            .. Imported(settings)
                .Where(pair => pair.Value.Path is not null)
                .Select(pair => new RawFile(pair.Value.Path!, Path.Combine(settings.Data, pair.Value.Path!)))
                .Where(file => File.Exists(file.Path)),
        ];

    public override object Settings(PipelineSettings settings, long seed) =>
        new { settings.Candidates, Imported = Imported(settings).ToDictionary(pair => pair.Key, pair => pair.Value) };

    public override void Make(StageContext context)
    {
        RunEnvironment environment = context.Environment;
        string[] itemIds = InteractionTables.ReadItemIds(context.Inputs["ingest"]).Values;
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
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{name}: approximate search, each item compared with {list.Probes} of "
                            + $"{list.Lists} lists, finds {recall:P1} of the exact candidates of a sample"
                    )
                );
            }
        }

        quality.AddRange(
            statistics
                .Where(pair => pair.Value.Uninformative is not null)
                .Select(pair => QualityReport.LeftOut(pair.Key, pair.Value))
        );
        context.Staging.WriteTable(TableFile, new Candidates([.. lists.Select(ToTable)]).Write);
        context.Staging.WriteText(QualityFile, JsonFiles.Text(quality));
    }

    /// <summary>Candidates by modality, <c>[items × C]</c> with −1 in empty places.</summary>
    public static IReadOnlyDictionary<string, int[]> Read(Artifact candidates, int itemCount)
    {
        var byModality = new Dictionary<string, int[]>(StringComparer.Ordinal);
        foreach (ModalityCandidates modality in Candidates.Read(candidates.PathOf(TableFile)).Modalities)
        {
            byModality[modality.Modality] =
                modality.ItemCount == itemCount
                    ? modality.Items
                    : throw new InputException(
                        $"{candidates.PathOf(TableFile)} has {modality.ItemCount} items in modality "
                            + $"{modality.Modality}, and the data set {itemCount}; rebuild it with -Stage candidates -Force"
                    );
        }

        return byModality;
    }

    /// <summary>The modalities whose candidates are lists that the data set brings.</summary>
    public static IReadOnlySet<string> GivenModalities(Artifact candidates) =>
        JsonFiles
            .Read<ModalityQuality[]>(candidates.PathOf(QualityFile))
            .Where(modality => modality.Candidates?.Method == CandidateImport.Method)
            .Select(modality => modality.Modality)
            .ToHashSet(StringComparer.Ordinal);

    private static CandidateList Search(StageContext context, string modality, IEngine engine)
    {
        CandidateList list = SearchTable(context, modality, engine);

        // One modality's vectors are gone before the next one's are read.
        ProcessMemory.ReleaseGarbage();
        return list;
    }

    // A method of its own, so that nothing refers to the vectors once it has returned.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static CandidateList SearchTable(StageContext context, string modality, IEngine engine)
    {
        (Matrix values, bool[] present) = FeaturesStage.ReadVectors(context.Inputs["features"], modality);
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
        settings.ModalitiesAtHand.Where(pair => pair.Value.Source == ModalitySource.Neighbours);

    private static ItemText?[] Titles(Artifact features, int itemCount) =>
        FeaturesStage.ReadTitles(features) is { } titles
            ? Array.ConvertAll(titles, title => title is null ? null : new ItemText(title, null, null, null))
            : new ItemText?[itemCount];

    private static ModalityCandidates ToTable(CandidateList list) =>
        new(list.Modality, list.ItemCount, list.Items, list.Similarities);
}
