using System.Text.Json;
using CranePipeline.Tables;

namespace CranePipeline.Features;

/// <summary>A sentence transformer's folder, laid out as on the Hugging Face hub.</summary>
internal static class ModelFolder
{
    internal const string Weights = "model.safetensors";
    internal const string Configuration = "config.json";
    internal const string Vocabulary = "vocab.txt";

    private static readonly string[] Required = [Weights, Configuration, Vocabulary];

    private static readonly string[] Additional =
    [
        TransformerSettings.TokenizerFile,
        TransformerSettings.SentenceFile,
        TransformerSettings.PoolingFile,
    ];

    /// <summary>The files that decide what the model computes: the required ones, and those others that are there.</summary>
    internal static IReadOnlyList<string> Files(string folder) =>
        [
            .. Required.Select(file => Path.Combine(folder, file)),
            .. Additional.Select(file => Path.Combine(folder, file)).Where(File.Exists),
        ];

    internal static string Find(string folder, string file)
    {
        string path = Path.Combine(folder, file);
        return File.Exists(path)
            ? path
            : throw new InputException(
                $"'{path}' does not exist; 'modelFolder' must hold {string.Join(", ", Required)} of a BERT-family sentence transformer."
            );
    }

    internal static JsonElement ReadJson(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.Clone();
        }
        catch (JsonException failure)
        {
            throw new InputException($"'{path}' is not JSON (line {failure.LineNumber + 1}); download it again.", failure);
        }
    }
}
