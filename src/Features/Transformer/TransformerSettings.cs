using System.Text.Json;
using CranePipeline.Tables;

namespace CranePipeline.Features;

/// <summary>What a BERT-family model's configuration files say, checked.</summary>
internal sealed record TransformerSettings
{
    internal const string TokenizerFile = "tokenizer_config.json";
    internal const string SentenceFile = "sentence_bert_config.json";
    internal const string PoolingFile = "1_Pooling/config.json";

    private const int UsualMaxTokens = 256;

    internal required int Width { get; init; }

    internal required int Layers { get; init; }

    internal required int Heads { get; init; }

    internal required int Inner { get; init; }

    internal required int Positions { get; init; }

    internal required int Types { get; init; }

    internal required float Epsilon { get; init; }

    internal required Activation Activation { get; init; }

    internal required bool LowerCase { get; init; }

    internal required int MaxTokens { get; init; }

    /// <summary>The first token's vector stands for the sentence instead of the mean of all.</summary>
    internal required bool FirstToken { get; init; }

    internal static TransformerSettings Read(string folder, int maxTokens)
    {
        string path = ModelFolder.Find(folder, ModelFolder.Configuration);
        JsonElement config = ModelFolder.ReadJson(path);
        string type = Text(config, "model_type", "bert");
        string positionType = Text(config, "position_embedding_type", "absolute");
        if (type != "bert" || positionType != "absolute")
        {
            throw new InputException(
                $"'{path}' describes a '{type}' model with {positionType} positions; only BERT with absolute positions is supported."
            );
        }

        int width = Number(config, path, "hidden_size");
        int heads = Number(config, path, "num_attention_heads");
        int positions = Number(config, path, "max_position_embeddings");
        if (width % heads != 0)
        {
            throw new InputException($"'{path}': hidden_size {width} is no multiple of num_attention_heads {heads}.");
        }

        if (maxTokens == 0)
        {
            JsonElement? sentence = Additional(folder, SentenceFile);
            maxTokens = sentence is { } found ? Number(found, SentenceFile, "max_seq_length") : UsualMaxTokens;
        }

        JsonElement? tokenizer = Additional(folder, TokenizerFile);
        JsonElement? pooling = Additional(folder, PoolingFile);
        return new TransformerSettings
        {
            Width = width,
            Layers = Number(config, path, "num_hidden_layers"),
            Heads = heads,
            Inner = Number(config, path, "intermediate_size"),
            Positions = positions,
            Types = Number(config, path, "type_vocab_size"),
            Epsilon = config.TryGetProperty("layer_norm_eps", out JsonElement epsilon) ? epsilon.GetSingle() : 1e-12f,
            Activation = Text(config, "hidden_act", "gelu") switch
            {
                "gelu" => Activation.Gelu,
                "gelu_new" or "gelu_pytorch_tanh" => Activation.GeluTanh,
                "relu" => Activation.Relu,
                string other => throw new InputException(
                    $"'{path}': hidden_act '{other}' is not supported; gelu, gelu_new and relu are."
                ),
            },
            LowerCase = tokenizer is not { } lower || Flag(lower, "do_lower_case", true),
            MaxTokens = Math.Clamp(maxTokens, 3, positions),
            FirstToken = pooling is { } pool && Flag(pool, "pooling_mode_cls_token", false),
        };
    }

    private static JsonElement? Additional(string folder, string file)
    {
        string path = Path.Combine(folder, file);
        return File.Exists(path) ? ModelFolder.ReadJson(path) : null;
    }

    private static string Text(JsonElement json, string name, string otherwise) =>
        json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : otherwise;

    private static bool Flag(JsonElement json, string name, bool otherwise) =>
        json.TryGetProperty(name, out JsonElement value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : otherwise;

    private static int Number(JsonElement json, string path, string name) =>
        json.TryGetProperty(name, out JsonElement value) && value.TryGetInt32(out int number) && number > 0
            ? number
            : throw new InputException($"'{path}' has no positive whole number '{name}'; download it again.");
}
