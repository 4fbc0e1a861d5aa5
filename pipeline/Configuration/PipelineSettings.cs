using System.ComponentModel.DataAnnotations;
using CranePipeline.Evaluation;
using CranePipeline.Features;
using CranePipeline.Ingest;
using CranePipeline.Ingest.Download;
using CranePipeline.Ingest.Metadata;
using CranePipeline.SampleData;
using CranePipeline.Store;

namespace CranePipeline.Configuration;

/// <summary>Every setting of the pipeline. A stage's section is the options record of the library that does its work.</summary>
internal sealed record PipelineSettings : IValidatableObject
{
    /// <summary>The data set's name, which is its file's name.</summary>
    public string Name { get; init; } = "";

    /// <summary>The data set's name for people.</summary>
    public string? Title { get; init; }

    /// <summary>Which of a preset's sections applies to the data set; its name where absent.</summary>
    public string Family { get; init; } = "";

    /// <summary>Where the data comes from, for people.</summary>
    public string? Source { get; init; }

    /// <summary>The model, which names a file in <c>conf/models</c>.</summary>
    public string Model { get; init; } = "crane";

    /// <summary>What a training run with these settings is called.</summary>
    internal RunName Run { get; init; } = new("", "", "", "", new Dictionary<string, string>());

    /// <summary>A named set of training settings of the model's file.</summary>
    public string Preset { get; init; } = "default";

    /// <summary>Seeds of splits and training: one artifact a seed.</summary>
    [MinLength(1), Range(0.0, long.MaxValue)]
    public IReadOnlyList<long> Seeds { get; init; } = [9, 672, 5368, 12784, 2023];

    /// <summary>Threads; 0 for one a processor.</summary>
    [Range(0, 1024)]
    public int Threads { get; init; }

    /// <summary>The folder raw files are looked for in.</summary>
    public string Data { get; init; } = "data/raw";

    /// <summary>
    /// Where a Spark cluster finds the raw interactions, such as <c>s3a://bucket/raw</c>; where left out, it sees the data folder.
    /// What lies there is not hashed: after a change of the files, <c>-Force</c> makes the tables again.
    /// </summary>
    public string? SparkData { get; init; }

    /// <summary>The artifact store.</summary>
    public string Store { get; init; } = "store";

    /// <summary>How often a stage is tried again when a network stops it.</summary>
    [Range(0, 100)]
    public int StageRetries { get; init; } = 2;

    /// <summary>What the program generates itself, for a data set that is not downloaded.</summary>
    public GenerateOptions? Generate { get; init; }

    /// <summary>The raw files that can be fetched, and where from.</summary>
    public IReadOnlyList<DownloadFile> Files { get; init; } = [];

    /// <summary>How patient a download is.</summary>
    public DownloadOptions Download { get; init; } = new();

    /// <summary>Raw interactions and how they are cleaned.</summary>
    public IngestOptions Ingest { get; init; } = new();

    /// <summary>The raw files of what is known about the items.</summary>
    public IReadOnlyList<MetadataSource> Metadata { get; init; } = [];

    /// <summary>Training, validation and test parts.</summary>
    public SplitOptions Split { get; init; } = new();

    /// <summary>What is known about items, by modality.</summary>
    public IReadOnlyDictionary<string, ModalityOptions> Modalities { get; init; } = new Dictionary<string, ModalityOptions>();

    /// <summary><see cref="Modalities"/> as they apply to the files that are in the data folder.</summary>
    internal IReadOnlyDictionary<string, ModalityOptions> ModalitiesAtHand =>
        Modalities.ToDictionary(pair => pair.Key, pair => pair.Value.In(Data));

    /// <summary>These settings as they apply in one data folder or another: with every form that the modalities have.</summary>
    internal IEnumerable<PipelineSettings> InAnyFolder
    {
        get
        {
            IEnumerable<Dictionary<string, ModalityOptions>> forms =
            [
                [],
            ];
            foreach ((string name, ModalityOptions modality) in Modalities)
            {
                forms = forms.SelectMany(others =>
                    modality.Forms.Select(form => new Dictionary<string, ModalityOptions>(others) { [name] = form })
                );
            }

            return forms.Select(each => this with { Modalities = each });
        }
    }

    /// <summary>Each item's nearest items.</summary>
    public CandidateOptions Candidates { get; init; } = new();

    /// <summary>The model and how it is trained.</summary>
    public TrainSettings Train { get; init; } = new();

    /// <summary>Values to try on the validation part, a list for each training setting; every combination is one trial.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Search { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Most combinations of <c>search</c> that are tried; 0 for all.</summary>
    [Range(0, 1_000_000)]
    public int SearchTrials { get; init; }

    /// <summary>Which ones, where there are more.</summary>
    public SearchMethod SearchMethod { get; init; }

    /// <summary>How long engines are compared, and how far they may differ.</summary>
    public CompareEnginesSettings CompareEngines { get; init; } = new();

    /// <summary>Lists and metrics.</summary>
    public EvaluateOptions Evaluate { get; init; } = new();

    /// <summary>Files that commands write for others.</summary>
    public ExportSettings Export { get; init; } = new();

    /// <summary>Holds names that become part of a path to the rule for these, whichever way they came, and seeds to be distinct.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Name.Length > 0 && !PathName.IsSafe(Name))
        {
            yield return Refused(Name, nameof(Name));
        }

        foreach (string modality in Modalities.Keys.Where(name => !PathName.IsSafe(name)))
        {
            yield return Refused(modality, nameof(Modalities));
        }

        if (Seeds.GroupBy(seed => seed).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            // The same run counted twice would look like two that agree.
            yield return new ValidationResult($"has {twice.Key} more than once; give each seed once", [nameof(Seeds)]);
        }
    }

    private static ValidationResult Refused(string name, string member) =>
        new($"has the name '{name}', which becomes part of a path; {PathName.Rule}", [member]);
}
