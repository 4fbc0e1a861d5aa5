using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Features;

/// <summary>
/// Hashed TF-IDF with sublinear counts: an item's weight for a word or pair of words is (1 + ln tf) · ln(1 + n / df), rows then
/// scaled to unit length.
/// </summary>
/// <remarks>
/// Items are counted in parallel by chunks of fixed size, and everything that joins chunks is a sum of integers, so the matrix does
/// not depend on the number of threads.
/// </remarks>
internal static class HashedTfIdf
{
    private const int ChunkItems = 256;

    internal static TermMatrix Compute(
        IReadOnlyList<ItemText?> texts,
        ModalityOptions options,
        Boilerplate? boilerplate,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation
    )
    {
        int items = texts.Count;
        var chunks = new Chunk[(items + ChunkItems - 1) / ChunkItems];
        var droppedWords = new int[items];
        var documentFrequency = new int[1 << options.HashBits];
        var counting = new ParallelProgress(progress, "counting words", "items", items);
        Parallel.For(
            0,
            chunks.Length,
            new ParallelOptions { CancellationToken = cancellation },
            index =>
            {
                int first = index * ChunkItems;
                int count = Math.Min(ChunkItems, items - first);
                chunks[index] = Count(texts, first, count, options, boilerplate, documentFrequency, droppedWords);
                counting.Advance(count);
            }
        );

        (int[] columnOf, float[] rarity) = Terms(documentFrequency, items, options.MinDocumentFrequency);
        return Weigh(items, chunks, columnOf, rarity, droppedWords);
    }

    private static Chunk Count(
        IReadOnlyList<ItemText?> texts,
        int first,
        int count,
        ModalityOptions options,
        Boilerplate? boilerplate,
        int[] documentFrequency,
        int[] droppedWords
    )
    {
        var columns = new GrowingList<int>(1024);
        var entryColumns = new GrowingList<int>(count * 64);
        var entryCounts = new GrowingList<ushort>(count * 64);
        var rowEnds = new int[count];
        var present = new bool[count];
        PassageFilter? filter = boilerplate is null ? null : new PassageFilter(boilerplate);
        var sentence = new CharBuffer(4096);
        for (int row = 0; row < count; row++)
        {
            ItemSentence.Compose(texts[first + row], options.Fields, options.MaxLength, ref sentence, filter);
            droppedWords[first + row] = filter?.Dropped ?? 0;
            columns.Clear();
            WordHasher.Hash(sentence.Written, options.HashBits, options.Bigrams, ref columns);
            Span<int> sorted = columns.Written;
            present[row] = sorted.Length > 0;
            sorted.Sort();
            for (int start = 0; start < sorted.Length; )
            {
                int column = sorted[start];
                int end = start + 1;
                while (end < sorted.Length && sorted[end] == column)
                {
                    end++;
                }

                entryColumns.Add(column);
                entryCounts.Add((ushort)Math.Min(end - start, ushort.MaxValue));
                Interlocked.Increment(ref documentFrequency[column]);
                start = end;
            }

            rowEnds[row] = entryColumns.Count;
        }

        sentence.Dispose();
        return new Chunk(rowEnds, entryColumns.Written.ToArray(), entryCounts.Written.ToArray(), present);
    }

    // Columns that too few items have are dropped and the rest numbered afresh, so that the decomposition touches only what counts.
    private static (int[] ColumnOf, float[] Rarity) Terms(int[] documentFrequency, int items, int minimum)
    {
        var columnOf = new int[documentFrequency.Length];
        int terms = 0;
        foreach (ref int frequency in documentFrequency.AsSpan())
        {
            terms += frequency >= minimum ? 1 : 0;
        }

        var rarity = new float[terms];
        int next = 0;
        for (int column = 0; column < documentFrequency.Length; column++)
        {
            if (documentFrequency[column] >= minimum)
            {
                rarity[next] = (float)Math.Log(1.0 + ((double)items / documentFrequency[column]));
                columnOf[column] = next++;
            }
            else
            {
                columnOf[column] = -1;
            }
        }

        return (columnOf, rarity);
    }

    private static TermMatrix Weigh(int items, Chunk[] chunks, int[] columnOf, float[] rarity, int[] droppedWords)
    {
        var offsets = new int[items + 1];
        var present = new bool[items];
        Parallel.For(
            0,
            chunks.Length,
            index =>
            {
                Chunk chunk = chunks[index];
                int start = 0;
                for (int row = 0; row < chunk.RowEnds.Length; row++)
                {
                    int kept = 0;
                    for (int entry = start; entry < chunk.RowEnds[row]; entry++)
                    {
                        kept += columnOf[chunk.Columns[entry]] >= 0 ? 1 : 0;
                    }

                    start = chunk.RowEnds[row];
                    offsets[(index * ChunkItems) + row + 1] = kept;
                    present[(index * ChunkItems) + row] = chunk.Present[row];
                }
            }
        );
        for (int row = 0; row < items; row++)
        {
            offsets[row + 1] = checked(offsets[row] + offsets[row + 1]);
        }

        float[] sublinear = new float[64];
        for (int count = 1; count < sublinear.Length; count++)
        {
            sublinear[count] = (float)(1.0 + Math.Log(count));
        }

        var columns = new int[offsets[items]];
        var values = new float[offsets[items]];
        Parallel.For(
            0,
            chunks.Length,
            index =>
            {
                Chunk chunk = chunks[index];
                int start = 0;
                for (int row = 0; row < chunk.RowEnds.Length; row++)
                {
                    int next = offsets[(index * ChunkItems) + row];
                    int firstEntry = next;
                    double squares = 0;
                    for (int entry = start; entry < chunk.RowEnds[row]; entry++)
                    {
                        int column = columnOf[chunk.Columns[entry]];
                        if (column < 0)
                        {
                            continue;
                        }

                        int count = chunk.Counts[entry];
                        float weight =
                            rarity[column] * (count < sublinear.Length ? sublinear[count] : (float)(1.0 + Math.Log(count)));
                        columns[next] = column;
                        values[next++] = weight;
                        squares += (double)weight * weight;
                    }

                    start = chunk.RowEnds[row];
                    float scale = (float)(1.0 / Math.Sqrt(squares));
                    for (int entry = firstEntry; entry < next; entry++)
                    {
                        values[entry] *= scale;
                    }
                }
            }
        );
        return new TermMatrix(new CsrMatrix(items, rarity.Length, offsets, columns, values), present, droppedWords);
    }

    // Row r of the chunk has the entries from RowEnds[r - 1] to RowEnds[r].
    private sealed record Chunk(int[] RowEnds, int[] Columns, ushort[] Counts, bool[] Present);
}
