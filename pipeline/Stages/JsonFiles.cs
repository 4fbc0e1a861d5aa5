using System.Text.Json;
using System.Text.Json.Serialization;

namespace CranePipeline.Stages;

/// <summary>How JSON files inside artifacts are written.</summary>
internal static class JsonFiles
{
    public static JsonSerializerOptions Format { get; } =
        new()
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            WriteIndented = true,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        };

    /// <summary>The same on one line, for JSON-lines files.</summary>
    public static JsonSerializerOptions OneLine { get; } = new(Format) { WriteIndented = false };

    /// <summary>Reads a file of an artifact.</summary>
    public static T Read<T>(string path) => JsonSerializer.Deserialize<T>(File.ReadAllBytes(path), Format)!;

    /// <summary>Serialised on one line, as UTF-8.</summary>
    public static byte[] Bytes<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, OneLine);

    /// <summary>Serialised with a closing line break.</summary>
    public static string Text<T>(T value) => JsonSerializer.Serialize(value, Format) + "\n";
}
