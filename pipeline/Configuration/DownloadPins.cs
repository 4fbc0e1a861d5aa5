using System.Globalization;
using CranePipeline.Ingest.Download;
using CranePipeline.Tables;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace CranePipeline.Configuration;

/// <summary>
/// Writes size and SHA-256 of downloaded files into a data set's file, where they are checked ever after. Everything else in the file,
/// comments included, stays as it was.
/// </summary>
internal static class DownloadPins
{
    /// <summary>The file's text with the pins of these files.</summary>
    /// <param name="text">The data set file.</param>
    /// <param name="files">What is known of the files; those without a hash are left alone.</param>
    /// <exception cref="InputException">A file has no block of its own under <c>files:</c> to write into.</exception>
    public static string Write(string text, IReadOnlyList<DownloadedFile> files)
    {
        var lines = text.Split('\n').ToList();
        Dictionary<string, Mark> places = Places(text);
        foreach (
            DownloadedFile file in files.Where(file => file.Sha256 is not null).OrderByDescending(file => Line(places, file))
        )
        {
            int line = Line(places, file);
            string lineText = lines[line];
            int column = lineText.IndexOf("path:", StringComparison.Ordinal);
            if (column < 0 || lineText.Contains('{'))
            {
                throw new InputException(
                    $"line {line + 1} of the data set file has no 'path:' of its "
                        + $"own to write below; add 'sha256: {file.Sha256}' there yourself"
                );
            }

            string indent = new(' ', column);
            RemoveOld(lines, line, indent);
            string ending = lineText.EndsWith('\r') ? "\r" : string.Empty;
            lines.Insert(line + 1, $"{indent}sha256: {file.Sha256}{ending}");
            lines.Insert(line + 2, string.Create(CultureInfo.InvariantCulture, $"{indent}bytes: {file.Bytes}{ending}"));
        }

        return string.Join('\n', lines);
    }

    private static int Line(Dictionary<string, Mark> places, DownloadedFile file) =>
        places.TryGetValue(file.Path, out Mark place)
            ? (int)place.Line - 1
            : throw new InputException($"the data set file has no 'path: {file.Path}' under 'files' to write a hash below");

    /// <summary>Pins that were there: lines of the same entry, at its indent.</summary>
    private static void RemoveOld(List<string> lines, int line, string indent)
    {
        for (int next = line + 1; next < lines.Count; next++)
        {
            string each = lines[next];
            if (each.Trim().Length > 0 && !each.StartsWith(indent, StringComparison.Ordinal))
            {
                return;
            }

            if (
                each.StartsWith(indent + "sha256:", StringComparison.Ordinal)
                || each.StartsWith(indent + "bytes:", StringComparison.Ordinal)
            )
            {
                lines.RemoveAt(next--);
            }
        }
    }

    /// <summary>Where each path under <c>files</c> is written.</summary>
    private static Dictionary<string, Mark> Places(string text)
    {
        var places = new Dictionary<string, Mark>(StringComparer.Ordinal);
        var parser = new Parser(new StringReader(text));
        parser.Consume<StreamStart>();
        parser.Consume<DocumentStart>();
        parser.Consume<MappingStart>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (parser.Consume<Scalar>().Value != "files" || !parser.TryConsume<SequenceStart>(out _))
            {
                parser.SkipThisAndNestedEvents();
                continue;
            }

            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                if (!parser.TryConsume<MappingStart>(out _))
                {
                    parser.SkipThisAndNestedEvents();
                    continue;
                }

                while (!parser.TryConsume<MappingEnd>(out _))
                {
                    Scalar name = parser.Consume<Scalar>();
                    if (name.Value == "path" && parser.TryConsume<Scalar>(out Scalar? path))
                    {
                        places[path.Value] = name.Start;
                    }
                    else
                    {
                        parser.SkipThisAndNestedEvents();
                    }
                }
            }
        }

        return places;
    }
}
