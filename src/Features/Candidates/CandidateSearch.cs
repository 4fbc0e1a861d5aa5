using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Features;

/// <summary>
/// Finds every item's nearest items by cosine, itself excluded. An |I| × |I| matrix never exists. Items without a vector of their
/// own, and those whose vector is zero, get no candidates and are none.
/// </summary>
public static class CandidateSearch
{
    /// <summary>
    /// Items up to which <see cref="CandidateSearchMethod.Auto"/> compares every pair: minutes at 512 wide on two cores, and the
    /// work grows with their square.
    /// </summary>
    public const int MostExactItems = 200_000;

    /// <summary>Searches one modality's table.</summary>
    /// <param name="table">The vectors, <c>[items × width]</c>.</param>
    /// <param name="options">How many, and how they are looked for.</param>
    /// <param name="engine">Computes the inner products.</param>
    /// <param name="progress">Told about items done.</param>
    /// <param name="cancellation">Stops between blocks.</param>
    /// <exception cref="InputException">An approximate search found less than <see cref="CandidateOptions.RecallFloor"/>.</exception>
    public static CandidateList Run(
        ModalityFeatures table,
        CandidateOptions options,
        IEngine engine,
        IProgress<WorkProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(table);
        return Run(table.Modality, table.Values, table.Present, options, engine, progress, cancellation);
    }

    /// <summary>Searches vectors that need not come from a feature table.</summary>
    /// <param name="modality">Name for messages and for the result.</param>
    /// <param name="values"><c>[items × width]</c>; rows need not have unit length.</param>
    /// <param name="present"><c>[items]</c>.</param>
    /// <param name="options">How many, and how they are looked for.</param>
    /// <param name="engine">Computes the inner products.</param>
    /// <param name="progress">Told about items done.</param>
    /// <param name="cancellation">Stops between blocks.</param>
    /// <exception cref="InputException">An approximate search found less than <see cref="CandidateOptions.RecallFloor"/>.</exception>
    public static CandidateList Run(
        string modality,
        Matrix values,
        bool[] present,
        CandidateOptions options,
        IEngine engine,
        IProgress<WorkProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(present);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(engine);
        if (present.Length != values.Rows)
        {
            throw new ArgumentException($"{present.Length} flags do not fit {values.Rows} rows of vectors.");
        }

        var space = new SearchSpace(values, present);
        bool isLarge = options.Search == CandidateSearchMethod.Auto && space.Count > MostExactItems;
        if (isLarge || options.Search == CandidateSearchMethod.Ivf)
        {
            return InvertedLists.Run(space, modality, options, engine, progress, cancellation);
        }

        CandidateList list = space.EmptyList(modality, options.Count, "exact");
        if (engine.Name == "cuda")
        {
            // Half the arithmetic is not worth carrying every cosine over the bus.
            ExactSearch.Run(space, list, engine, progress, cancellation);
        }
        else
        {
            PairwiseSearch.Run(space, list, engine, progress, cancellation);
        }

        return list;
    }
}
