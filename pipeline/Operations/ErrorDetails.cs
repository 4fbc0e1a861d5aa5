using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using CranePipeline.CommandLine;
using CranePipeline.Tables;

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
                string path = Path.Combine(Path.GetFullPath(folder), name);
                WholeFile.MakeFolderOf(path);
                WholeFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
                return path;
            }
            catch (InputException)
            {
                // The next one may take it.
            }
        }

        return null;
    }
}
