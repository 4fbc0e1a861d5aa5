namespace CranePipeline.Tables;

/// <summary>Implicit feedback: a row an interaction, ordered by user and item, no pair twice.</summary>
public sealed record Interactions
{
    /// <summary>The user of every interaction, by integer id, ascending.</summary>
    public required int[] Users { get; init; }

    /// <summary>The item of every interaction, by integer id, ascending within a user.</summary>
    public required int[] Items { get; init; }

    /// <summary>Ratings as they were given; null if no row has one.</summary>
    public OptionalColumn<float>? Ratings { get; init; }

    /// <summary>Milliseconds since 1970-01-01 UTC; null if no row has a time.</summary>
    public OptionalColumn<long>? Timestamps { get; init; }

    /// <summary>A published split's part: 0 train, 1 valid, 2 test; null if no row has one.</summary>
    public OptionalColumn<byte>? Labels { get; init; }

    /// <summary>Number of interactions.</summary>
    public int Count => Users.Length;
}
