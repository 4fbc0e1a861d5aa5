using System.Globalization;
using System.Runtime.InteropServices;
using CranePipeline.CommandLine;

namespace CranePipeline.Operations;

/// <summary>The file with the trace of an unforeseen exception, for whoever mends the program.</summary>
internal static class ErrorDetails
{
    /// <summary>Writes the file into the first of these folders that takes it, and into the temporary one where none does.</summary>
    /// <returns>Its path, or null where none of them takes it.</returns>
    public static string? Write(Exception problem, IReadOnlyList<string> arguments, params IReadOnlyList<string?> folders)
    {
        string text = string.Join(
            '\n',
            $"time: {DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture)}",
            $"version: {HelpText.Version}",
            $"system: {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}",
            $"arguments: {string.Join(' ', arguments)}",
            string.Empty,
            problem.ToString(),
            string.Empty
        );
        string name = string.Create(
            CultureInfo.InvariantCulture,
            $"internal-error-{DateTime.UtcNow:yyyyMMdd'T'HHmmss}-{Environment.ProcessId}.txt"
        );
        foreach (string folder in folders.Append(Path.GetTempPath()).OfType<string>())
        {
            try
            {
                Directory.CreateDirectory(folder);
                string path = Path.Combine(Path.GetFullPath(folder), name);
                File.WriteAllText(path, text);
                return path;
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                // The next one may take it.
            }
        }

        return null;
    }
}
