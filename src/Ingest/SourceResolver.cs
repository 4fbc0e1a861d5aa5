using CranePipeline.Tables;
using Microsoft.Extensions.FileSystemGlobbing;
using Microsoft.Extensions.FileSystemGlobbing.Abstractions;

namespace CranePipeline.Ingest;

/// <summary>A file and what the options say about it.</summary>
internal sealed record ResolvedSource(SourceFile File, InteractionSource Source);

/// <summary>Finds the files that the options name.</summary>
internal static class SourceResolver
{
    public static List<ResolvedSource> Resolve(IngestOptions options, string dataFolder)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(dataFolder);
        if (options.Interactions.Count == 0)
        {
            throw new InputException("ingest.interactions names no file; give at least one path.");
        }

        List<ResolvedSource> sources = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (InteractionSource source in options.Interactions)
        {
            foreach (SourceFile file in Find(source.Path, dataFolder, "ingest.interactions"))
            {
                if (seen.Add(file.FullPath))
                {
                    sources.Add(new ResolvedSource(file, source));
                }
            }
        }

        return sources;
    }

    public static List<SourceFile> IdMaps(IngestOptions options, string dataFolder) =>
        [
            .. options
                .Interactions.SelectMany(source => new[] { source.UserIdMap, source.ItemIdMap })
                .Where(path => !string.IsNullOrEmpty(path))
                .SelectMany(path => Find(path!, dataFolder, "ingest.interactions"))
                .DistinctBy(file => file.FullPath),
        ];

    public static List<SourceFile> Find(string path, string dataFolder, string setting)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            throw new InputException($"{setting} has an entry without a path.");
        }

        if (!path.Contains('*', StringComparison.Ordinal))
        {
            string full = Path.GetFullPath(path, Path.GetFullPath(dataFolder));
            return File.Exists(full)
                ? [Describe(path, full)]
                : throw new InputException(
                    $"{path} is not in the data folder {dataFolder}; download it, or say where it is with -Data."
                );
        }

        Matcher matcher = new(StringComparison.Ordinal);
        matcher.AddInclude(path.Replace('\\', '/'));
        DirectoryInfo folder = new(dataFolder);
        List<string> found = folder.Exists
            ? [.. matcher.Execute(new DirectoryInfoWrapper(folder)).Files.Select(match => match.Path)]
            : [];
        found.Sort(StringComparer.Ordinal);
        return found.Count > 0
            ? [.. found.Select(name => Describe(name, Path.GetFullPath(name, folder.FullName)))]
            : throw new InputException(
                $"no file in {dataFolder} matches {path}; download the data, or say where it is with -Data."
            );
    }

    private static SourceFile Describe(string path, string full) => new(path.Replace('\\', '/'), full, new FileInfo(full).Length);
}
