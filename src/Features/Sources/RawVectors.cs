using CranePipeline.Tensors;

namespace CranePipeline.Features;

/// <summary>What a source gives before anything is done to it.</summary>
/// <param name="Values"><c>[items × width]</c>; rows of items without a vector are zeros.</param>
/// <param name="Present"><c>[items]</c>.</param>
/// <param name="Origin">Where the vectors come from, for people.</param>
internal sealed record RawVectors(Matrix Values, bool[] Present, string Origin)
{
    internal int SourceWidth { get; init; } = Values.Columns;

    internal long SourceRecords { get; init; }

    internal long RepeatedIds { get; init; }

    internal bool Derived { get; init; }

    internal BoilerplateStatistics? Boilerplate { get; init; }

    internal double? ExplainedVariance { get; init; }
}
