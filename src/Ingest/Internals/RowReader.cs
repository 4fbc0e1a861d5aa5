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
            TimestampRule times = SourceTimes.Rule(group.Key, [.. group.Select(file => file.Format)]);
            files.AddRange(group.Select(file => new FileRows(file.Source.File, group.Key, file.Format, times)));
        }

        ReadRows(files, total);
        ReadAgain(total);
        return files;
    }

    private static FileFormat Detect(ResolvedSource source)
    {
        if (source.Source.Format == InteractionFormat.Table || ForeignTable.IsOne(source.File.FullPath))
        {
            return TableRows.Detect(source.Source, source.File);
        }

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

            TimestampUnit unit = TimestampRule.Recognise(all) ?? throw SourceTimes.NoUnit(source.First().Source, all);
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

    private void ReadRows(List<FileRows> all, long total)
    {
        ReadLines([.. all.Where(file => file.Format.Json is not null || file.Format.Delimited is not null)], total);
        foreach (FileRows file in all.Where(file => file.Format.Lattice))
        {
            LatticeRows.Read(file, dataFolder, NewSink(), cancellation);
        }

        ReadTables([.. all.Where(file => file.Format.Table is not null)], total);
    }

    /// <summary>Reads tables, several at once where there are threads for it.</summary>
    private void ReadTables(List<FileRows> tables, long total)
    {
        int next = -1;
        try
        {
            Parallel.For(0, Math.Min(threads, tables.Count), _ => ReadSome());
        }
        catch (AggregateException errors)
        {
            Throw(errors);
        }

        void ReadSome()
        {
            RowSink sink = NewSink();
            for (int index = Interlocked.Increment(ref next); index < tables.Count; index = Interlocked.Increment(ref next))
            {
                FileRows file = tables[index];
                long told = 0;
                TableRows.Read(
                    file,
                    sink,
                    (done, rows) =>
                    {
                        long now = rows > 0 ? (long)(file.File.Bytes * ((double)done / rows.Value)) : 0;
                        Tell(file, now - told, total);
                        told = now;
                    },
                    cancellation
                );
            }
        }
    }

    private void Tell(FileRows file, long read, long total) =>
        progress?.Report(new WorkProgress($"reading {file.File.Path}", "bytes", Interlocked.Add(ref bytesDone, read), total));

    private void Throw(AggregateException errors)
    {
        cancellation.ThrowIfCancellationRequested();
        Exception first =
            errors.Flatten().InnerExceptions.FirstOrDefault(error => error is not OperationCanceledException) ?? errors;
        System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
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
            Throw(errors);
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
                    Tell(file, now - told, total);
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
