using System.Threading.Channels;
using CranePipeline.Ingest.Parsing;
using CranePipeline.Ingest.Reading;
using CranePipeline.Tables;

namespace CranePipeline.Ingest.Rows;

/// <summary>
/// Reads files into rows: readers decompress and cut at line breaks, workers parse and intern, joined by a short queue, so that
/// memory holds a few chunks of text whatever the files' size.
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
    private long bytesDone;

    /// <summary>The user ids that are too long for a key of their own.</summary>
    public IdTable LongUsers { get; } = new();

    /// <summary>Where the rows lie.</summary>
    public BlockPool Pool { get; } = new();

    public void Dispose()
    {
        Pool.Dispose();
        LongUsers.Dispose();
        items.ForEach(table => table.Dispose());
    }

    public List<FileRows> Read(List<ResolvedSource> sources)
    {
        List<FileRows> files = [.. sources.Select(Open)];
        long total = sources.Sum(source => source.File.Bytes);
        ReadLines([.. files.Where(file => !file.Format.General && !file.Format.Lattice)], total);
        for (int index = 0; index < files.Count; index++)
        {
            FileRows file = files[index];
            if (file.NeedsGeneralReader)
            {
                file.Discard();
                file = files[index] = new FileRows(
                    file.File,
                    file.Source,
                    file.Format with
                    {
                        General = true,
                    },
                    options.QuarantineSample
                );
            }

            if (file.Format.General)
            {
                GeneralRows.Read(file, NewSink(), cancellation);
            }
            else if (file.Format.Lattice)
            {
                LatticeRows.Read(file, dataFolder, NewSink(), cancellation);
            }
        }

        return files;
    }

    private FileRows Open(ResolvedSource source)
    {
        using Stream stream = RawFile.Open(source.File.FullPath, source.File.Path, out _);
        byte[] start = new byte[SniffBytes];
        int size = stream.ReadAtLeast(start, SniffBytes, throwOnEndOfStream: false);
        FileFormat format = FormatDetector.Detect(source.Source, source.File.Path, start.AsSpan(0, size), size < SniffBytes);
        return new FileRows(source.File, source.Source, format, options.QuarantineSample);
    }

    private void ReadLines(List<FileRows> files, long total)
    {
        if (files.Count == 0)
        {
            return;
        }

        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Channel<(Chunk Chunk, FileRows File, LineParser Parser)> queue = Channel.CreateBounded<(Chunk, FileRows, LineParser)>(
            2 * threads + 2
        );
        int next = -1;
        // Decompression cannot be shared within a file, so several files are read at once where there are threads for it.
        Task[] readers = [.. Enumerable.Range(0, Math.Clamp(threads / 2, 1, files.Count)).Select(_ => Start(ReadFiles))];
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
            for (int index = Interlocked.Increment(ref next); index < files.Count; index = Interlocked.Increment(ref next))
            {
                FileRows file = files[index];
                LineParser parser = ParserFor(file);
                using Stream stream = RawFile.Open(file.File.FullPath, file.File.Path, out Func<long> position);
                ChunkReader chunks = new(stream, file.File.Path);
                long told = 0;
                while (!file.NeedsGeneralReader && chunks.Next() is { } chunk)
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

        void Send((Chunk, FileRows, LineParser) work)
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
                while (queue.Reader.TryRead(out (Chunk Chunk, FileRows File, LineParser Parser) work))
                {
                    stop.Token.ThrowIfCancellationRequested();
                    using (work.Chunk)
                    {
                        sink.Take(work.Chunk, work.Parser, work.File);
                    }

                    if (work.Parser is DelimitedParser { NeedsGeneralReader: true })
                    {
                        work.File.NeedsGeneralReader = true;
                    }
                }
            }
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

        return new RowSink(LongUsers, own, Pool, options, options.QuarantineSample);
    }

    private static LineParser ParserFor(FileRows file)
    {
        LabelParser labels = new(file.Source.Labels);
        return file.Format.Json is { } json
            ? new JsonParser(json, labels)
            : new DelimitedParser(file.Format.Delimited!, labels) { HeaderLines = file.Format.Delimited!.Header ? 1 : 0 };
    }
}
