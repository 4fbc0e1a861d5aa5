using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace CranePipeline.Features;

/// <summary>
/// One modality of a data set: where its vectors come from and what is done to them. A data set names any number of them.
/// </summary>
public sealed record ModalityOptions
{
    /// <summary>Where the vectors come from.</summary>
    public ModalitySource Source { get; init; } = ModalitySource.Text;

    /// <summary>The file with the vectors, relative to the data set's folder; not for <see cref="ModalitySource.Text"/>.</summary>
    public string? Path { get; init; }

    /// <summary>
    /// For <see cref="ModalitySource.Npy"/>: a text file with one raw item id a line, or a Parquet or Feather table with one a row,
    /// the n-th naming row n of the array. Without it the raw item id itself is the row number, as in the indexed data sets of
    /// MMRec.
    /// </summary>
    public string? Ids { get; init; }

    /// <summary>
    /// For <see cref="ModalitySource.Parquet"/>, and where <see cref="Ids"/> is a table of several columns: the column with the raw
    /// item ids.
    /// </summary>
    public string IdColumn { get; init; } = "item";

    /// <summary>For <see cref="ModalitySource.Parquet"/>: the column with the vectors, a list of numbers in each row.</summary>
    public string VectorColumn { get; init; } = "feature";

    /// <summary>
    /// Neighbour lists as of <see cref="ModalitySource.Neighbours"/>, relative to the data set's folder, that take the place of
    /// <see cref="Path"/> where that file does not exist.
    /// </summary>
    public string? Neighbours { get; init; }

    /// <summary>The modality is left out where its file does not exist, instead of being an error.</summary>
    public bool Optional { get; init; }

    /// <summary>
    /// Numbers in a vector. 0: 4,096 for <see cref="ModalitySource.ImageBinary"/>, whatever the file says for the others. Any other
    /// value is checked.
    /// </summary>
    [Range(0, 65536)]
    public int Width { get; init; }

    /// <summary>The fields of an item's sentence, in their order.</summary>
    public IReadOnlyList<TextField> Fields { get; init; } =
    [TextField.Title, TextField.Brand, TextField.Categories, TextField.Description];

    /// <summary>Characters kept of an item's sentence, after unescaping and folding; 0 keeps all.</summary>
    [Range(0, 1_000_000)]
    public int MaxLength { get; init; } = 4096;

    /// <summary>
    /// Words in a run that makes boilerplate of a description: a passage of so many words or more that too many items have word for word is
    /// left out of their sentences. 0 keeps everything.
    /// </summary>
    [Range(0, 50)]
    public int BoilerplateWords { get; init; } = 5;

    /// <summary>The share of the items with a description that must have a run of words for it to be boilerplate.</summary>
    [Range(0.0, 1.0)]
    public double BoilerplateShare { get; init; } = 0.005;

    /// <summary>The least number of items that must have a run of words for it to be boilerplate, whatever the share.</summary>
    [Range(2, 1_000_000)]
    public int BoilerplateItems { get; init; } = 5;

    /// <summary>How sentences become vectors.</summary>
    public TextEncoder Encoder { get; init; } = TextEncoder.Hashed;

    /// <summary>
    /// For <see cref="TextEncoder.Onnx"/>: the folder with <c>model.onnx</c> and <c>vocab.txt</c>, relative to the data set's folder.
    /// </summary>
    public string? ModelFolder { get; init; }

    /// <summary>
    /// For <see cref="TextEncoder.Minilm"/> and <see cref="TextEncoder.Onnx"/>: word pieces kept of a sentence, the two markers
    /// included. 0: what the model's <c>sentence_bert_config.json</c> says, else 256.
    /// </summary>
    [Range(0, 8192)]
    public int MaxTokens { get; init; }

    /// <summary>
    /// For <see cref="TextEncoder.Minilm"/> and <see cref="TextEncoder.Onnx"/>: word pieces that a thread encodes at once.
    /// </summary>
    [Range(64, 1_048_576)]
    public int BatchTokens { get; init; } = 512;

    /// <summary>For <see cref="TextEncoder.Hashed"/>: words are hashed into 2^bits columns.</summary>
    [Range(10, 24)]
    public int HashBits { get; init; } = 20;

    /// <summary>For <see cref="TextEncoder.Hashed"/>: pairs of adjacent words count as well as words.</summary>
    public bool Bigrams { get; init; } = true;

    /// <summary>
    /// For <see cref="TextEncoder.Hashed"/>: words and pairs that fewer items than this have are left out. What only one item has
    /// cannot make it similar to another.
    /// </summary>
    [Range(1, 1000)]
    public int MinDocumentFrequency { get; init; } = 2;

    /// <summary>
    /// Width of the vectors of <see cref="TextEncoder.Hashed"/> and <see cref="ModalitySource.Neighbours"/>; less where there are
    /// fewer items or words than that.
    /// </summary>
    [Range(1, 4096)]
    public int Dimension { get; init; } = 384;

    /// <summary>Extra directions the randomised decomposition carries along and then drops; more is more exact.</summary>
    [Range(0, 512)]
    public int Oversampling { get; init; } = 16;

    /// <summary>Power iterations of the randomised decomposition; more is more exact.</summary>
    [Range(1, 20)]
    public int PowerIterations { get; init; } = 3;

    /// <summary>Seed of the randomised decomposition.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>What is done to the vectors before they are stored.</summary>
    public Standardization Standardize { get; init; } = Standardization.CenterAndNormalize;

    /// <summary>
    /// Principal components kept of the centred vectors, 0 for none: a 4,096-wide modality fits training better at 512. The share of the
    /// variance they explain is reported.
    /// </summary>
    [Range(0, 4096)]
    public int Reduce { get; init; }

    /// <summary>
    /// What applies in a data folder: the vectors, or <see cref="Neighbours"/> where these are there and the vectors are not.
    /// </summary>
    public ModalityOptions In(string dataFolder)
    {
        bool IsThere(string? path) => path is not null && File.Exists(System.IO.Path.Combine(dataFolder, path));
        if (!IsThere(Neighbours) || IsThere(Path))
        {
            return this with { Neighbours = null };
        }

        return FromNeighbours();
    }

    /// <summary>All that <see cref="In"/> gives in one data folder or another.</summary>
    public IReadOnlyList<ModalityOptions> Forms =>
        Neighbours is null ? [this] : [this with { Neighbours = null }, FromNeighbours()];

    private ModalityOptions FromNeighbours() =>
        this with
        {
            Source = ModalitySource.Neighbours,
            Path = Neighbours,
            Neighbours = null,
            Width = 0,
            Reduce = 0,
        };
}

/// <summary>Where a modality's vectors come from.</summary>
public enum ModalitySource
{
    /// <summary>The items' own metadata, through a text encoder.</summary>
    Text,

    /// <summary>
    /// A run of records of ten ASCII bytes (the raw item id) and <see cref="ModalityOptions.Width"/> little-endian float32: the
    /// layout of the Amazon product data's <c>image_features_*.b</c>, perhaps in gzip.
    /// </summary>
    ImageBinary,

    /// <summary>A NumPy array, a row an item, perhaps in gzip.</summary>
    Npy,

    /// <summary>A Parquet table with a column of ids and a column of lists.</summary>
    Parquet,

    /// <summary>
    /// Known neighbours only (tab-separated: item, neighbour, perhaps a similarity); vectors are derived from the neighbour matrix by
    /// a randomised singular value decomposition.
    /// </summary>
    Neighbours,
}

/// <summary>A part of an item's metadata that may stand in its sentence.</summary>
public enum TextField
{
    /// <summary>The product's title.</summary>
    Title,

    /// <summary>The brand or artist.</summary>
    Brand,

    /// <summary>The categories, each once.</summary>
    Categories,

    /// <summary>The description.</summary>
    Description,
}

/// <summary>How an item's sentence becomes a vector.</summary>
public enum TextEncoder
{
    /// <summary>Hashed TF-IDF of words and pairs of words, reduced by a randomised singular value decomposition. Needs no model.</summary>
    Hashed,

    /// <summary>all-MiniLM-L6-v2, a sentence transformer that comes with the program, 384 wide.</summary>
    Minilm,

    /// <summary>A BERT-family sentence transformer that lies in <see cref="ModalityOptions.ModelFolder"/>.</summary>
    Onnx,
}

/// <summary>What is done to the vectors before they are stored.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Standardization>))]
public enum Standardization
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The mean of the items that have a vector is taken off every row.</summary>
    Center,

    /// <summary>Every row is divided by its Euclidean norm; rows of zeros stay.</summary>
    Normalize,

    /// <summary>The mean is taken off and then every row is divided by its norm.</summary>
    CenterAndNormalize,
}
