using CranePipeline.Tables;

namespace CranePipeline.Configuration;

/// <summary>The folder of settings files: <c>pipeline.yaml</c>, <c>models/*.yaml</c>, <c>datasets/*.yaml</c>.</summary>
internal sealed class ConfigurationFolder
{
    /// <summary>The file of settings that hold for every data set and model.</summary>
    public const string PipelineFile = "pipeline.yaml";

    private ConfigurationFolder(string path) => Path = path;

    /// <summary>The folder's full path.</summary>
    public string Path { get; }

    /// <summary>The data sets described, in order of name.</summary>
    public IReadOnlyList<string> Datasets => NamesIn("datasets");

    /// <summary>The models described, in order of name.</summary>
    public IReadOnlyList<string> Models => NamesIn("models");

    /// <summary>The sweeps described, in order of name.</summary>
    public IReadOnlyList<string> Sweeps => NamesIn("sweeps");

    /// <summary>The benchmarks described, in order of name.</summary>
    public IReadOnlyList<string> Benchmarks => NamesIn("benchmarks");

    /// <summary>
    /// The folder asked for; otherwise <c>conf</c> in the current folder, or in the nearest folder above the program that has one.
    /// </summary>
    /// <exception cref="InputException">There is no such folder.</exception>
    public static ConfigurationFolder Find(string? asked)
    {
        if (asked is not null)
        {
            var full = System.IO.Path.GetFullPath(asked);
            return Directory.Exists(full)
                ? new ConfigurationFolder(full)
                : throw new InputException(
                    $"the settings folder {asked} does not exist; name the folder that holds {PipelineFile} with -Conf"
                );
        }
        for (var start = new DirectoryInfo(Directory.GetCurrentDirectory()); start is not null; start = start.Parent)
        {
            if (Candidate(start) is { } found)
            {
                return found;
            }
        }
        for (var start = new DirectoryInfo(AppContext.BaseDirectory); start is not null; start = start.Parent)
        {
            if (Candidate(start) is { } found)
            {
                return found;
            }
        }
        throw new InputException($"no conf/{PipelineFile} was found here or beside the program; name its folder with -Conf");
    }

    /// <summary>The file of a data set.</summary>
    /// <exception cref="InputException">There is none; the message names the nearest and all there are.</exception>
    public string DatasetFile(string name) => Named("datasets", "data set", name, "-Dataset");

    /// <summary>The file of a model.</summary>
    /// <exception cref="InputException">There is none; the message names the nearest and all there are.</exception>
    public string ModelFile(string name, SettingOrigin origin) => Named("models", "model", name, origin.ToString());

    /// <summary>The file of a sweep.</summary>
    /// <exception cref="InputException">There is none; the message names the nearest and all there are.</exception>
    public string SweepFile(string name) => Named("sweeps", "sweep", name, "-Sweep");

    /// <summary>The file of a benchmark.</summary>
    /// <exception cref="InputException">There is none; the message names the nearest and all there are.</exception>
    public string BenchmarkFile(string name) => Named("benchmarks", "benchmark", name, "-Benchmark");

    /// <summary>A file as messages name it: from the current folder where it is below it, in full otherwise.</summary>
    public static string Display(string file)
    {
        var relative = System.IO.Path.GetRelativePath(Directory.GetCurrentDirectory(), file);
        var shown = relative.StartsWith("..", StringComparison.Ordinal) ? file : relative;
        return shown.Replace('\\', '/');
    }

    private static ConfigurationFolder? Candidate(DirectoryInfo parent)
    {
        var folder = System.IO.Path.Combine(parent.FullName, "conf");
        return File.Exists(System.IO.Path.Combine(folder, PipelineFile)) ? new ConfigurationFolder(folder) : null;
    }

    private string Named(string subfolder, string kind, string name, string origin)
    {
        var names = NamesIn(subfolder);
        var known = names.FirstOrDefault(candidate => string.Equals(candidate, name, StringComparison.OrdinalIgnoreCase));
        if (known is not null)
        {
            return System.IO.Path.Combine(Path, subfolder, known + ".yaml");
        }
        throw new InputException(
            $"{origin}: unknown {kind} '{name}'"
                + (
                    names.Count == 0
                        ? $"; there is no file in {Display(System.IO.Path.Combine(Path, subfolder))}"
                        : NearestName.SuggestionOf(name, names)
                )
        );
    }

    private List<string> NamesIn(string subfolder)
    {
        var folder = System.IO.Path.Combine(Path, subfolder);
        return Directory.Exists(folder)
            ?
            [
                .. Directory
                    .EnumerateFiles(folder, "*.yaml")
                    .Select(file => System.IO.Path.GetFileNameWithoutExtension(file)!)
                    .Order(StringComparer.Ordinal),
            ]
            : [];
    }
}
