namespace CranePipeline.Features;

/// <summary>Takes the boilerplate out of one description after another; one for each thread that writes sentences.</summary>
internal sealed class PassageFilter(Boilerplate boilerplate)
{
    private readonly WordSpans words = new();
    private GrowingList<bool> marks = new(1024);

    /// <summary>Words taken out of the last description.</summary>
    internal int Dropped { get; private set; }

    /// <summary>Forgets the last description, because the next item may have none.</summary>
    internal void Start() => Dropped = 0;

    /// <summary>
    /// Takes the passages out of what was written from a position on, each with what follows it up to the next word that stays.
    /// </summary>
    /// <param name="text">The sentence so far.</param>
    /// <param name="start">Where the description starts in it.</param>
    /// <param name="passages">Given each passage, where they are wanted.</param>
    internal void Drop(ref CharBuffer text, int start, List<string>? passages = null)
    {
        Span<char> description = text.Writable[start..];
        words.Scan(description);
        Dropped = boilerplate.Mark(words, ref marks);
        if (Dropped == 0)
        {
            return;
        }

        ReadOnlySpan<bool> dropped = marks.Written;
        int kept = 0;
        int from = 0;
        for (int word = 0; word < dropped.Length; )
        {
            if (!dropped[word])
            {
                word++;
                continue;
            }

            int first = word;
            while (word < dropped.Length && dropped[word])
            {
                word++;
            }

            int passage = words.Starts[first];
            passages?.Add(description[passage..words.Ends[word - 1]].ToString());
            description[from..passage].CopyTo(description[kept..]);
            kept += passage - from;
            from = word < dropped.Length ? words.Starts[word] : description.Length;
        }

        description[from..].CopyTo(description[kept..]);
        kept += description.Length - from;
        text.Truncate(start + kept);
        text.TrimEnd();
    }
}
