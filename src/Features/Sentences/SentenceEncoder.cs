using System.Globalization;
using System.Runtime.ExceptionServices;
using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Features;

/// <summary>
/// Items' sentences to vectors by a sentence transformer: the mean of the word pieces' vectors, scaled to unit length. Sentences of
/// like length are encoded together. What is in a batch depends on the sentences alone and each batch runs on one thread, so the
/// bytes are the same whatever the number of threads.
/// </summary>
internal static class SentenceEncoder
{
    // Sentences are put together and cut into word pieces so many at a time: few enough to hold, enough to share among threads.
    private const int ChunkItems = 4096;

    internal static RawVectors Encode(
        SentenceModel model,
        IReadOnlyList<ItemText?> texts,
        ModalityOptions options,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation
    )
    {
        Boilerplate? boilerplate = Boilerplate.Find(texts, options, progress, cancellation);
        var droppedWords = new int[texts.Count];
        long[][] tokens = Tokenize(texts, options, boilerplate, droppedWords, model, cancellation);
        int[] order = ByLength(tokens);
        List<Range> batches = Batches(order, tokens, options.BatchTokens);
        var report = new ParallelProgress(progress, $"encoding text with {model.Name}", "items", order.Length);
        Matrix? values = null;
        var gate = new Lock();
        try
        {
            Parallel.ForEach(
                batches,
                new ParallelOptions { CancellationToken = cancellation },
                range =>
                {
                    ReadOnlySpan<int> items = order.AsSpan(range);
                    Matrix encoded = model.Run([.. items.ToArray().Select(item => tokens[item])]);
                    lock (gate)
                    {
                        values ??= new Matrix(texts.Count, CheckedWidth(model, encoded.Columns, options));
                    }

                    for (int row = 0; row < items.Length; row++)
                    {
                        encoded.Row(row).CopyTo(values.Row(items[row]));
                    }

                    report.Advance(items.Length);
                }
            );
        }
        catch (AggregateException failure) when (failure.InnerExceptions[0] is InputException)
        {
            ExceptionDispatchInfo.Throw(failure.InnerExceptions[0]);
        }

        string origin = string.Create(
            CultureInfo.InvariantCulture,
            $"sentence transformer {model.Name}, at most {model.MaxTokens} word pieces"
        );
        return new RawVectors(values ?? new Matrix(texts.Count, 1), [.. tokens.Select(pieces => pieces.Length > 0)], origin)
        {
            SourceRecords = order.Length,
            Boilerplate = DroppedPassages.Describe(boilerplate, texts, droppedWords),
        };
    }

    private static int CheckedWidth(SentenceModel model, int width, ModalityOptions options) =>
        options.Width == 0 || options.Width == width
            ? width
            : throw new InputException($"model {model.Name} is {width} wide, not {options.Width}; correct 'width'");

    // No word pieces for an item without text.
    private static long[][] Tokenize(
        IReadOnlyList<ItemText?> texts,
        ModalityOptions options,
        Boilerplate? boilerplate,
        int[] droppedWords,
        SentenceModel model,
        CancellationToken cancellation
    )
    {
        var tokens = new long[texts.Count][];
        var sentences = new string[Math.Min(ChunkItems, texts.Count)];
        for (int first = 0; first < texts.Count; first += ChunkItems)
        {
            int count = Math.Min(ChunkItems, texts.Count - first);
            Parallel.For(
                0,
                count,
                new ParallelOptions { CancellationToken = cancellation },
                () => boilerplate is null ? null : new PassageFilter(boilerplate),
                (place, _, filter) =>
                {
                    sentences[place] = ItemSentence.Compose(texts[first + place], options.Fields, options.MaxLength, filter);
                    droppedWords[first + place] = filter?.Dropped ?? 0;
                    return filter;
                },
                _ => { }
            );
            for (int place = 0; place < count; place++)
            {
                tokens[first + place] = sentences[place].Length == 0 ? [] : model.Tokenize(sentences[place]);
            }
        }

        return tokens;
    }

    // Longest first, so that what does not fit into memory fails at once; equal lengths by item number.
    private static int[] ByLength(long[][] tokens) =>
        [
            .. Enumerable
                .Range(0, tokens.Length)
                .Where(item => tokens[item].Length > 0)
                .OrderByDescending(item => tokens[item].Length),
        ];

    // The first of a batch is its longest, and all are padded to that.
    private static List<Range> Batches(int[] order, long[][] tokens, int most)
    {
        var batches = new List<Range>();
        for (int first = 0; first < order.Length; )
        {
            int count = Math.Clamp(most / tokens[order[first]].Length, 1, order.Length - first);
            batches.Add(first..(first + count));
            first += count;
        }

        return batches;
    }
}
