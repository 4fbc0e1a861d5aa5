using System.Text;
using Apache.Arrow;
using CranePipeline.Ingest.Internals;
using CranePipeline.Ingest.Parsing;
using CranePipeline.Ingest.Reading;
using CranePipeline.Ingest.Spark.Plan;
using CranePipeline.Tables;

namespace CranePipeline.Ingest.Spark;

/// <summary>
/// Finds the raw files and tells their formats, from their beginnings where this program sees them, else by asking the cluster.
/// </summary>
internal static class SourceCatalog
{
    private const int SniffBytes = 1 << 16;
    private const int SniffLines = 100;

    // Without a look at the file these are known from their name alone: a line such as theirs.
    private static readonly Dictionary<InteractionFormat, string> SelfEvident = new()
    {
        [InteractionFormat.AmazonReviews] = "{}",
        [InteractionFormat.AmazonReviews2023] = "{}",
        [InteractionFormat.AmazonRatings2014] = "user,item,5.0,1300000000",
        [InteractionFormat.AmazonRatings2018] = "item,user,5.0,1300000000",
        [InteractionFormat.AmazonRatings2023] = "user_id,parent_asin,rating,timestamp\nuser,item,5.0,1300000000000",
    };

    /// <summary>The files of a plan.</summary>
    /// <param name="options">What to read.</param>
    /// <param name="data">Where it is.</param>
    /// <param name="session">The cluster; null where there is none to ask.</param>
    /// <param name="names">Names of views.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="InputException">A file is missing, or of a format that Spark does not read.</exception>
    public static List<PlanSource> Resolve(
        IngestOptions options,
        SparkData data,
        ISqlSession? session,
        PlanNames names,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        foreach (InteractionSource source in options.Interactions)
        {
            if (source.UserIdMap is not null || source.ItemIdMap is not null || source.Format == InteractionFormat.Lattice)
            {
                throw new InputException(
                    $"ingest.interactions {source.Path}: LATTICE files and id maps are read by the local engine alone; use -Engine local"
                );
            }

            if (source.Format == InteractionFormat.Table || ForeignTable.IsNamedSo(source.Path))
            {
                throw TableFile(source.Path);
            }
        }

        List<(InteractionSource Source, SourceFile File, string Path, FileFormat Format)> files = data.ClusterFolder is null
            ? [.. SourceResolver.Resolve(options, data.Folder).Select(Local)]
            :
            [
                .. options.Interactions.Select(
                    (source, file) => OnCluster(source, file, data.ClusterFolder, session, names, cancellation)
                ),
            ];
        return
        [
            .. files
                .Where(file => !file.Format.IsEmpty)
                .GroupBy(file => file.Source)
                .SelectMany(group =>
                {
                    TimestampRule times = SourceTimes.Rule(group.Key, [.. group.Select(file => file.Format)]);
                    return group.Select(file => new PlanSource(file.File, group.Key, file.Path, file.Format, times));
                }),
        ];
    }

    private static (InteractionSource, SourceFile, string, FileFormat) Local(ResolvedSource source)
    {
        if (ForeignTable.IsOne(source.File.FullPath))
        {
            throw TableFile(source.File.Path);
        }

        CheckSuffix(source.File);
        using Stream stream = RawFile.Open(source.File.FullPath, source.File.Path, out _);
        byte[] start = new byte[SniffBytes];
        int size = stream.ReadAtLeast(start, SniffBytes, throwOnEndOfStream: false);
        FileFormat format = FormatDetector.Detect(source.Source, source.File.Path, start.AsMemory(0, size), size < SniffBytes);
        string path = "file://" + Escape(source.File.FullPath.Replace('\\', '/'));
        return (source.Source, source.File, path, Known(format, source.File.Path));
    }

    private static (InteractionSource, SourceFile, string, FileFormat) OnCluster(
        InteractionSource source,
        int file,
        string folder,
        ISqlSession? session,
        PlanNames names,
        CancellationToken cancellation
    )
    {
        if (source.Path.Contains("**", StringComparison.Ordinal))
        {
            throw new InputException(
                $"ingest.interactions {source.Path}: Spark knows no **; name the folders, or use * for each level"
            );
        }

        string path = $"{folder.TrimEnd('/')}/{source.Path}";
        SourceFile known = new(source.Path, path, 0);
        if (session is null)
        {
            return SelfEvident.TryGetValue(source.Format, out string? example)
                ? (source, known, path, FormatDetector.Detect(source, source.Path, Encoding.UTF8.GetBytes(example), whole: true))
                : throw new InputException(
                    $"ingest.interactions {source.Path} is on the cluster; say its format "
                        + "(amazonReviews2023 …), or give -Spark so that it can be looked at"
                );
        }

        session.Execute(LinePlan.TextView(path, file, names), null, cancellation);
        Statement first = new($"read the first lines of {path}", $"SELECT value FROM {names.Text(file)} LIMIT {SniffLines}");
        StringBuilder lines = new();
        foreach (RecordBatch batch in session.Query(first, null, cancellation))
        {
            using BatchReader reader = new(batch, first);
            foreach (string line in reader.Texts("value"))
            {
                lines.Append(line).Append('\n');
            }
        }

        FileFormat format = FormatDetector.Detect(source, source.Path, Encoding.UTF8.GetBytes(lines.ToString()), whole: true);
        return (source, known, path, Known(format, source.Path));
    }

    private static InputException TableFile(string name) =>
        new($"{name} is a Parquet or Feather table, which the local engine alone reads as interactions; use -Engine local");

    private static FileFormat Known(FileFormat format, string name) =>
        format.Lattice
            ? throw new InputException($"{name} is a LATTICE file, which the local engine alone reads; use -Engine local")
            : format;

    /// <summary>Spark goes by the file's name where this program looks into the file.</summary>
    private static void CheckSuffix(SourceFile file)
    {
        Span<byte> magic = stackalloc byte[3];
        using FileStream stream = new(file.FullPath, FileMode.Open, FileAccess.Read, FileShare.Read);
        int there = stream.ReadAtLeast(magic, 3, throwOnEndOfStream: false);
        string suffix =
            there >= 2 && magic[0] == 0x1F && magic[1] == 0x8B ? ".gz"
            : there == 3 && magic.SequenceEqual("BZh"u8) ? ".bz2"
            : "";
        string named = Path.GetExtension(file.FullPath) is (".gz" or ".bz2") and { } extension ? extension : "";
        if (named != suffix)
        {
            throw new InputException(
                $"{file.Path} is {(suffix.Length > 0 ? $"compressed ({suffix})" : "not compressed")}, "
                    + "and Spark goes by its name; rename it, or use -Engine local"
            );
        }
    }

    /// <summary>Hadoop takes these letters of a path for a pattern.</summary>
    private static string Escape(string path) =>
        string.Concat(
            path.Select(letter => letter is '*' or '?' or '[' or ']' or '{' or '}' ? $"\\{letter}" : letter.ToString())
        );
}
