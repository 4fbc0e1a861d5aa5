using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using CranePipeline.Ingest.Parsing;
using CranePipeline.Ingest.Reading;
using CranePipeline.Tables;

namespace CranePipeline.Ingest.Metadata;

/// <summary>
/// Reads item metadata of the Amazon releases: 2014 (Python dict literals), 2018 and 2023 (JSON lines), plain, gzip or
/// bzip2. Files are streamed; memory holds the wanted items and a few chunks of text.
/// </summary>
public static class MetadataReader
{
    private const int NamedFaults = 10;
    private const int KeptFaults = 10_000;
    private const int KeptText = 200;

    /// <summary>Finds the files of the sources, in order, each once.</summary>
    /// <exception cref="InputException">A file does not exist, or a pattern matches none.</exception>
    public static IReadOnlyList<SourceFile> Resolve(IReadOnlyList<MetadataSource> sources, string dataFolder) =>
        [.. Pairs(sources, dataFolder).Select(pair => pair.File)];

    /// <summary>Reads the metadata of the wanted items.</summary>
    /// <param name="sources">The files, in the order in which they are read.</param>
    /// <param name="dataFolder">The folder the sources' paths are relative to.</param>
    /// <param name="wanted">Raw ids of the items to keep; null keeps all.</param>
    /// <param name="quarantineLimit">The share of lines that may be unusable before the whole reading fails.</param>
    /// <param name="threads">Threads to use; the result does not depend on it.</param>
    /// <param name="progress">Told of the stored bytes read.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="InputException">
    /// A file is missing, truncated or damaged, or more lines are unusable than the limit allows.
    /// </exception>
    public static MetadataResult Read(
        IReadOnlyList<MetadataSource> sources,
        string dataFolder,
        IEnumerable<string>? wanted = null,
        double quarantineLimit = 0.01,
        int threads = 1,
        IProgress<WorkProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        List<(MetadataSource Source, SourceFile File)> files = Pairs(sources, dataFolder);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        var items = new WantedItems(wanted);
        var merge = new MetadataMerge(KeptFaults);
        long total = files.Sum(file => file.File.Bytes);
        long done = 0;
        foreach ((MetadataSource source, SourceFile file) in files)
        {
            using Stream stream = RawFile.Open(file.FullPath, file.Path, out Func<long> position);
            var chunks = new ChunkReader(stream, file.Path);
            var line = new MetadataLine(items);
            long before = done;
            Pump(
                chunks,
                threads,
                chunk => Parse(NotArray(chunk, file.Path), line, source.Format, file.Path),
                parsed =>
                {
                    merge.Add(parsed);
                    progress?.Report(new WorkProgress($"reading {file.Path}", "bytes", before + position(), total));
                },
                cancellation
            );
            done += file.Bytes;
        }

        Enforce(merge, quarantineLimit);
        return merge.ToResult([.. files.Select(file => file.File)]);
    }

    private static List<(MetadataSource Source, SourceFile File)> Pairs(IReadOnlyList<MetadataSource> sources, string dataFolder)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(dataFolder);
        HashSet<string> seen = new(StringComparer.Ordinal);
        return
        [
            .. sources
                .SelectMany(source => SourceResolver.Find(source.Path, dataFolder, "metadata").Select(file => (source, file)))
                .Where(pair => seen.Add(pair.file.FullPath)),
        ];
    }

    /// <summary>
    /// Reads chunks on the calling thread and works on them on others, a few ahead, taking the results in the chunks' order.
    /// </summary>
    private static void Pump<T>(
        ChunkReader chunks,
        int threads,
        Func<Chunk, T> work,
        Action<T> take,
        CancellationToken cancellation
    )
    {
        Queue<Task<T>> ahead = new();
        try
        {
            while (chunks.Next() is { } chunk)
            {
                cancellation.ThrowIfCancellationRequested();
                if (threads == 1)
                {
                    take(work(chunk));
                    continue;
                }

                ahead.Enqueue(Task.Run(() => work(chunk), CancellationToken.None));
                while (ahead.Count > 2 * threads || (ahead.Count > 0 && ahead.Peek().IsCompleted))
                {
                    take(ahead.Dequeue().GetAwaiter().GetResult());
                }
            }

            while (ahead.TryDequeue(out Task<T>? next))
            {
                take(next.GetAwaiter().GetResult());
            }
        }
        finally
        {
            foreach (Task<T> left in ahead)
            {
                ((IAsyncResult)left).AsyncWaitHandle.WaitOne();
            }
        }
    }

    private static Chunk NotArray(Chunk chunk, string name) =>
        chunk.Number == 0 && chunk.Bytes.TrimStart(" \t\r\n"u8).StartsWith("["u8)
            ? throw new InputException(
                $"{name} is one JSON array, which is not read; write an object a line, for example with: jq -c '.[]'"
            )
            : chunk;

    private static ParsedMetadata Parse(Chunk chunk, MetadataLine parser, MetadataFormat format, string file)
    {
        using (chunk)
        {
            ReadOnlySpan<byte> text = chunk.Bytes;
            bool sound = Utf8.IsValid(text);
            ParsedMetadata parsed = new();
            for (long number = chunk.FirstLine; !text.IsEmpty; number++)
            {
                int end = text.IndexOf((byte)'\n');
                ReadOnlySpan<byte> line = end < 0 ? text : text[..end];
                text = end < 0 ? [] : text[(end + 1)..];
                line = line.TrimEnd((byte)'\r');
                if (line.IsEmpty)
                {
                    continue;
                }

                parsed.Lines++;
                LineFault fault = LineFault.InvalidUtf8;
                ItemMetadata? item = sound || Utf8.IsValid(line) ? ParseLine(line, parser, format, out fault) : null;
                if (item is not null)
                {
                    parsed.Items.Add(item);
                }
                else if (fault != LineFault.None)
                {
                    parsed.Faults.Add(
                        new QuarantinedLine(file, number, fault, LineFaults.Describe(fault), null, Printable.Of(line, KeptText))
                    );
                }
            }

            return parsed;
        }
    }

    private static ItemMetadata? ParseLine(
        ReadOnlySpan<byte> line,
        MetadataLine parser,
        MetadataFormat format,
        out LineFault fault
    )
    {
        if (format == MetadataFormat.JsonLines && !IsJson(line))
        {
            fault = LineFault.Malformed;
            return null;
        }

        return parser.Parse(line, out fault);
    }

    private static bool IsJson(ReadOnlySpan<byte> line)
    {
        try
        {
            Utf8JsonReader reader = new(line);
            while (reader.Read()) { }

            return true;
        }
        catch (JsonException)
        {
            return PythonNumbers.TryQuote(line, out byte[] quoted) && IsJson(quoted);
        }
    }

    private static void Enforce(MetadataMerge merge, double limit)
    {
        if (merge.FaultCount > limit * merge.Lines)
        {
            IEnumerable<string> first = merge
                .Faults.GroupBy(line => line.Reason)
                .Take(NamedFaults)
                .Select(group =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{group.Count()} with {group.Key}, such as {group.First().File} line {group.First().Line}"
                    )
                );
            throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{merge.FaultCount} of {merge.Lines} lines of metadata cannot be used, more "
                        + $"than ingest.quarantineLimit ({limit:P1}) allows: {string.Join("; ", first)}"
                )
            );
        }
    }
}
