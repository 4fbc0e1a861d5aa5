using System.Threading.Channels;
using CranePipeline.Ingest.Parsing;
using CranePipeline.Ingest.Reading;
using CranePipeline.Tables;
using CsvHelper;

namespace CranePipeline.Ingest.Internals;

/// <summary>
/// Reads files into rows: readers decompress and cut where lines or records end, workers parse and judge, joined by a short queue, so
/// that memory holds a few chunks of text whatever the files' size.
/// </summary>
internal sealed class RowReader(
    IngestOptions options,
    string dataFolder,
    int threads,
    IProgress<WorkProgress>? progress,
    CancellationToken cancellation
) : IDisposable
{
    private const int SniffBytes = 1 << 16;
    private readonly List<IdTable> items = [];
    private readonly List<FileRows> files = [];
    private long bytesDone;

    /// <summary>The user ids that are too long for a key of their own.</summary>
    public IdTable LongUsers { get; } = new();

    /// <summary>Where rows lie, and then pairs.</summary>
    public BlockPool Pool { get; } = new();

    public void Dispose()
    {
        files.ForEach(file => file.Dispose());
        Pool.Dispose();
        LongUsers.Dispose();
        items.ForEach(table => table.Dispose());
    }

    /// <summary>Reads all files.</summary>
    public IReadOnlyList<FileRows> Read(List<ResolvedSource> sources)
    {
        long total = sources.Sum(source => source.File.Bytes);
        List<(ResolvedSource Source, FileFormat Format)> formats = [.. sources.Select(source => (source, Detect(source)))];
        foreach (
            IGrouping<InteractionSource, (ResolvedSource Source, FileFormat Format)> group in formats.GroupBy(file =>
                file.Source.Source
            )
        )
        {
            TimestampRule times = TimesOf(group.Key, [.. group.Select(file => file.Format)]);
            files.AddRange(group.Select(file => new FileRows(file.Source.File, group.Key, file.Format, times)));
        }

        ReadRows(files, total);
        ReadAgain(total);
        return files;
    }

    private static FileFormat Detect(ResolvedSource source)
    {
        using Stream stream = RawFile.Open(source.File.FullPath, source.File.Path, out _);
        byte[] start = new byte[SniffBytes];
        int size = stream.ReadAtLeast(start, SniffBytes, throwOnEndOfStream: false);
        try
        {
            return FormatDetector.Detect(source.Source, source.File.Path, start.AsMemory(0, size), size < SniffBytes);
        }
        catch (CsvFormatException error)
        {
            throw NotDelimited(source.File, error);
        }
    }

    private static InputException NotDelimited(SourceFile file, CsvFormatException error)
    {
        string reason = error.Message.TrimEnd('.');
        return new InputException($"{file.Path} cannot be read as a delimited file: {reason}; check format and separator", error);
    }

    /// <summary>What the settings, the format or else the beginnings of a source's files say about its times.</summary>
    public static TimestampRule TimesOf(InteractionSource source, FileFormat[] formats)
    {
        if (source.TimestampUnit != TimestampUnit.Auto)
        {
            return new TimestampRule(source.TimestampUnit, TimestampSource.Settings);
        }

        if (Array.Find(formats, format => format.TimestampUnit != TimestampUnit.Auto) is { } known)
        {
            return new TimestampRule(known.TimestampUnit, TimestampSource.Format);
        }

        TimestampTally first = new();
        Array.ForEach(formats, format => first.Add(format.FirstTimes));
        return new TimestampRule(TimestampRule.Recognise(first) ?? TimestampUnit.Auto, TimestampSource.Column);
    }

    /// <summary>Reads those sources again whose columns of times, seen as a whole, have another unit than their beginnings had.</summary>
    private void ReadAgain(long total)
    {
        List<FileRows> again = [];
        foreach (IGrouping<TimestampRule, FileRows> source in files.ToArray().GroupBy(file => file.Times))
        {
            TimestampTally all = new();
            foreach (WorkerRows worker in source.SelectMany(file => file.Workers))
            {
                all.Add(worker.Times);
            }

            if (source.Key.Source != TimestampSource.Column)
            {
                continue;
            }

            TimestampUnit unit = TimestampRule.Recognise(all) ?? throw NoUnit(source.First().Source, all);
            if (unit == TimestampUnit.Auto || unit == source.Key.Unit)
            {
                continue;
            }

            TimestampRule times = new(unit, TimestampSource.Column);
            foreach (FileRows file in source)
            {
                file.Dispose();
                FileRows fresh = new(file.File, file.Source, file.Format, times);
                files[files.IndexOf(file)] = fresh;
                again.Add(fresh);
            }
        }

        bytesDone = 0;
        ReadRows(again, total);
    }

    /// <summary>The error for a column of times in which no unit is recognised.</summary>
    public static InputException NoUnit(InteractionSource source, TimestampTally all) =>
        new(
            string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"the times of {source.Path} run from {all.Lowest} to {all.Highest}, which no one unit makes times between 1990 and 2100; set timestampUnit to seconds, milliseconds, microseconds, nanoseconds, calendar or order, or to none if the column holds no times"
            )
        );

    private void ReadRows(List<FileRows> all, long total)
    {
        ReadLines([.. all.Where(file => !file.Format.IsEmpty && !file.Format.Lattice)], total);
        foreach (FileRows file in all.Where(file => file.Format.Lattice))
        {
            LatticeRows.Read(file, dataFolder, NewSink(), cancellation);
        }
    }

    private void ReadLines(List<FileRows> lined, long total)
    {
        if (lined.Count == 0)
        {
            return;
        }

        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Channel<(Chunk Chunk, FileRows File, LinesParser Parser)> queue = Channel.CreateBounded<(Chunk, FileRows, LinesParser)>(
            2 * threads + 2
        );
        int next = -1;
        // Decompression cannot be shared within a file, so several files are read at once where there are threads for it.
        Task[] readers = [.. Enumerable.Range(0, Math.Clamp(threads / 2, 1, lined.Count)).Select(_ => Start(ReadFiles))];
        Task closing = Task.WhenAll(readers).ContinueWith(_ => queue.Writer.Complete(), TaskScheduler.Default);
        Task[] workers = [.. Enumerable.Range(0, threads).Select(_ => Start(Parse))];
        try
        {
            Task.WaitAll([.. readers, .. workers, closing], CancellationToken.None);
        }
        catch (AggregateException errors)
        {
            cancellation.ThrowIfCancellationRequested();
            Exception first =
                errors.Flatten().InnerExceptions.FirstOrDefault(error => error is not OperationCanceledException) ?? errors;
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
        }

        void ReadFiles()
        {
            for (int index = Interlocked.Increment(ref next); index < lined.Count; index = Interlocked.Increment(ref next))
            {
                FileRows file = lined[index];
                LinesParser parser = ParserFor(file);
                using Stream stream = RawFile.Open(file.File.FullPath, file.File.Path, out Func<long> position);
                ChunkReader chunks = new(stream, file.File.Path, CutterFor(file));
                long told = 0;
                while (chunks.Next() is { } chunk)
                {
                    Send((chunk, file, parser));
                    long now = position();
                    progress?.Report(
                        new WorkProgress($"reading {file.File.Path}", "bytes", Interlocked.Add(ref bytesDone, now - told), total)
                    );
                    told = now;
                }

                file.Lines = chunks.Lines;
            }
        }

        void Send((Chunk, FileRows, LinesParser) work)
        {
            while (!queue.Writer.TryWrite(work))
            {
                queue.Writer.WaitToWriteAsync(stop.Token).AsTask().GetAwaiter().GetResult();
            }
        }

        void Parse()
        {
            RowSink sink = NewSink();
            while (queue.Reader.WaitToReadAsync(stop.Token).AsTask().GetAwaiter().GetResult())
            {
                while (queue.Reader.TryRead(out (Chunk Chunk, FileRows File, LinesParser Parser) work))
                {
                    stop.Token.ThrowIfCancellationRequested();
                    using (work.Chunk)
                    {
                        sink.Begin(work.File);
                        try
                        {
                            work.Parser.Parse(work.Chunk, sink);
                        }
                        catch (CsvFormatException error)
                        {
                            throw NotDelimited(work.File.File, error);
                        }
                    }
                }
            }

            sink.Flush();
        }

        Task Start(Action work) =>
            Task.Factory.StartNew(
                () =>
                {
                    try
                    {
                        work();
                    }
                    catch
                    {
                        stop.Cancel();
                        throw;
                    }
                },
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default
            );
    }

    private RowSink NewSink()
    {
        IdTable own = new();
        lock (items)
        {
            items.Add(own);
        }

        return new RowSink(LongUsers, own, Pool, options);
    }

    private static LinesParser ParserFor(FileRows file)
    {
        LabelRule labels = new(file.Source.Labels);
        return file.Format.Json is { } json
            ? new JsonParser(json, labels, file.Times)
            : new DelimitedParser(file.Format.Delimited!, labels, file.Times);
    }

    private static RecordCutter? CutterFor(FileRows file) =>
        file.Format.Delimited is { } layout
            ? new RecordCutter(file.File.Path, System.Text.Encoding.UTF8.GetBytes(layout.Separator), layout.Quoted)
            : null;
}
