using System.Globalization;
using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Features;

/// <summary>Sentences to vectors by latent semantic analysis: hashed TF-IDF, then a randomised singular value decomposition.</summary>
internal static class HashedTextEncoder
{
    internal static RawVectors Encode(
        string modality,
        IReadOnlyList<ItemText?> texts,
        ModalityOptions options,
        IEngine engine,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation
    )
    {
        Boilerplate? boilerplate = Boilerplate.Find(texts, options, progress, cancellation);
        TermMatrix terms = HashedTfIdf.Compute(texts, options, boilerplate, progress, cancellation);
        if (terms.Weights.EntryCount == 0)
        {
            throw new InputException(
                $"modality '{modality}' has no word that {options.MinDocumentFrequency} items "
                    + "share; check that the data set's metadata was read, or lower 'minDocumentFrequency'."
            );
        }

        cancellation.ThrowIfCancellationRequested();
        progress?.Report(new WorkProgress("decomposing TF-IDF", "steps", 0, 1));
        LatentFactors factors = LatentFactors.Of(terms.Weights, options, engine);
        progress?.Report(new WorkProgress("decomposing TF-IDF", "steps", 1, 1));
        string origin = string.Create(
            CultureInfo.InvariantCulture,
            $"hashed TF-IDF of {terms.Weights.Columns:N0} terms, {factors.Rows.Columns} dimensions"
        );
        return new RawVectors(factors.Rows, terms.Present, origin)
        {
            SourceWidth = terms.Weights.Columns,
            SourceRecords = terms.Present.LongCount(present => present),
            Boilerplate = DroppedPassages.Describe(boilerplate, texts, terms.DroppedWords),
            ExplainedVariance = factors.ExplainedVariance,
        };
    }
}
