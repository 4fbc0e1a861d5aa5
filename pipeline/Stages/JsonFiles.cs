using System.Text.Json;
using System.Text.Json.Serialization;
using CranePipeline.Tables;

namespace CranePipeline.Stages;

/// <summary>How JSON is written into artifacts and to standard output.</summary>
internal static class JsonFiles
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private static readonly JsonSerializerOptions OneLine = new(Format) { WriteIndented = false };

    /// <summary>Reads a file of an artifact.</summary>
    /// <exception cref="InputException">It is not what this program wrote.</exception>
    public static T Read<T>(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllBytes(path), Format) ?? throw new JsonException("it holds null");
        }
        catch (Exception problem)
            when (problem is JsonException or NotSupportedException or InvalidOperationException or ArgumentException)
        {
            string reason = VisibleText.Of(problem.Message.ReplaceLineEndings(" ").TrimEnd('.'));
            throw new InputException(
                $"{path} is not what this program wrote: {reason}; run the stage that makes it again, with -Force",
                problem
            );
        }
    }

    /// <summary>Serialised on one line, as UTF-8.</summary>
    public static byte[] Bytes<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, OneLine);

    /// <summary>
    /// Serialised on one line, with its line break: a line of a JSON-lines file, or what <c>-Json</c> asks a command for.
    /// </summary>
    public static string Line<T>(T value) => JsonSerializer.Serialize(value, OneLine) + "\n";

    /// <summary>Serialised with a closing line break.</summary>
    public static string Text<T>(T value) => JsonSerializer.Serialize(value, Format) + "\n";
}
