using System.Globalization;
using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Features;

/// <summary>Encodes items' sentences with a BERT-family model, those of like length together.</summary>
internal static class SentenceTransformer
{
    internal static RawVectors Encode(
        string folder,
        IReadOnlyList<ItemText?> texts,
        ModalityOptions options,
        IEngine engine,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation
    )
    {
        TransformerSettings settings = TransformerSettings.Read(folder, options.MaxTokens);
        string vocabularyPath = ModelFolder.Find(folder, ModelFolder.Vocabulary);
        var tokenizer = new WordPieceTokenizer(vocabularyPath, settings.LowerCase);
        using var model = new TransformerModel(folder, settings, tokenizer.VocabularySize, engine);
        if (options.Width > 0 && options.Width != settings.Width)
        {
            throw new InputException($"the model in '{folder}' is {settings.Width} wide, not {options.Width}; correct 'width'.");
        }

        Boilerplate? boilerplate = Boilerplate.Find(texts, options, progress, cancellation);
        var droppedWords = new int[texts.Count];
        int[][] tokens = Tokenize(texts, options, boilerplate, droppedWords, tokenizer, settings.MaxTokens, cancellation);
        int[] order = ByLength(tokens);
        var values = new Matrix(texts.Count, settings.Width);
        var present = new bool[texts.Count];
        for (int first = 0; first < order.Length; )
        {
            cancellation.ThrowIfCancellationRequested();
            var batch = new List<int[]>();
            int size = 0;
            int last = first;
            while (last < order.Length && (batch.Count == 0 || size + tokens[order[last]].Length <= options.BatchTokens))
            {
                size += tokens[order[last]].Length;
                batch.Add(tokens[order[last++]]);
            }

            Matrix encoded = model.Encode(batch);
            for (int row = 0; row < batch.Count; row++)
            {
                encoded.Row(row).CopyTo(values.Row(order[first + row]));
                present[order[first + row]] = true;
            }

            first = last;
            progress?.Report(new WorkProgress("encoding text", "items", first, order.Length));
        }

        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
        string origin = string.Create(
            CultureInfo.InvariantCulture,
            $"sentence transformer {name}, {settings.Layers} layers, {settings.MaxTokens} word pieces"
        );
        return new RawVectors(values, present, origin)
        {
            SourceRecords = order.Length,
            Boilerplate = DroppedPassages.Describe(boilerplate, texts, droppedWords),
        };
    }

    // No tokens for an item without text.
    private static int[][] Tokenize(
        IReadOnlyList<ItemText?> texts,
        ModalityOptions options,
        Boilerplate? boilerplate,
        int[] droppedWords,
        WordPieceTokenizer tokenizer,
        int maxTokens,
        CancellationToken cancellation
    )
    {
        var tokens = new int[texts.Count][];
        Parallel.For(
            0,
            texts.Count,
            new ParallelOptions { CancellationToken = cancellation },
            () => boilerplate is null ? null : new PassageFilter(boilerplate),
            (item, _, filter) =>
            {
                string sentence = ItemSentence.Compose(texts[item], options.Fields, options.MaxLength, filter);
                tokens[item] = sentence.Length == 0 ? [] : tokenizer.Encode(sentence, maxTokens);
                droppedWords[item] = filter?.Dropped ?? 0;
                return filter;
            },
            _ => { }
        );
        return tokens;
    }

    // Longest first, so that what does not fit into memory fails at once; equal lengths by item number.
    private static int[] ByLength(int[][] tokens)
    {
        int[] items = [.. Enumerable.Range(0, tokens.Length).Where(item => tokens[item].Length > 0)];
        Array.Sort(items, (a, b) => tokens[b].Length.CompareTo(tokens[a].Length) is var order and not 0 ? order : a.CompareTo(b));
        return items;
    }
}
