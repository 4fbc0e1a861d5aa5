using System.ComponentModel.DataAnnotations;

namespace CranePipeline.SampleData;

/// <summary>
/// What to generate. The defaults are the <c>sample</c> data set: small enough to train on in a minute, sparse enough
/// that what an item looks like and what is written about it tell more than who else bought it.
/// </summary>
public sealed record GenerateOptions
{
    /// <summary>Which files are written.</summary>
    public GenerateKind Kind { get; init; } = GenerateKind.Sample;

    /// <summary>Part of the files' names: <c>reviews_Sample.json.gz</c>, <c>Sample.inter</c>.</summary>
    [RegularExpression("^[A-Za-z0-9_-]+$")]
    public string Name { get; init; } = "Sample";

    /// <summary>Users who have at least one interaction (for <c>ratings</c>: users to draw from).</summary>
    [Range(1, 1_000_000_000)]
    public int Users { get; init; } = 2_000;

    /// <summary>Items that have at least one interaction (for <c>ratings</c>: items to draw from).</summary>
    [Range(1, 1_000_000_000)]
    public int Items { get; init; } = 800;

    /// <summary>Distinct (user, item) pairs, exactly; for <c>ratings</c> the rows, where pairs may repeat.</summary>
    [Range(1L, 100_000_000_000L)]
    public long Interactions { get; init; } = 20_000;

    /// <summary>Every user and every item has at least this many interactions. Not used by <c>ratings</c>.</summary>
    [Range(1, 1_000)]
    public int MinInteractions { get; init; } = 2;

    /// <summary>The generator's seed; another seed gives another world of the same kind.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Latent topics of items; each user prefers some. The sample's vocabulary has words for 32.</summary>
    [Range(2, 4_096)]
    public int Topics { get; init; } = 32;

    /// <summary>
    /// Topics a user prefers. The more there are, the fewer interactions tell of each, and the more an item's content tells
    /// beyond who else bought it.
    /// </summary>
    [Range(1, 64)]
    public int Tastes { get; init; } = 6;

    /// <summary>Latent styles of items, across topics; each user prefers one. The sample's vocabulary has words for 8.</summary>
    [Range(1, 256)]
    public int Styles { get; init; } = 8;

    /// <summary>Share of interactions that follow popularity alone, whatever the user prefers.</summary>
    [Range(0.0, 1.0)]
    public double Noise { get; init; } = 0.15;

    /// <summary>How many times likelier an item of the user's preferred style is than another of the same topic and popularity.</summary>
    [Range(1.0, 1_000.0)]
    public double StyleStrength { get; init; } = 5;

    /// <summary>Width of an image feature.</summary>
    [Range(1, 1_000_000)]
    public int ImageWidth { get; init; } = 4_096;

    /// <summary>Width of a text feature (<c>shape</c> only; the sample has the text itself).</summary>
    [Range(1, 1_000_000)]
    public int TextWidth { get; init; } = 384;

    /// <summary>Share of items without an image, a title, a description or a brand, each by itself (<c>sample</c> only).</summary>
    [Range(0.0, 1.0)]
    public double MissingShare { get; init; } = 0.03;

    /// <summary>Reviews that stand in the file twice (<c>sample</c> only).</summary>
    [Range(0, 1_000_000)]
    public int DuplicateReviews { get; init; } = 60;

    /// <summary>Lines cut short in the reviews and as many in the metadata (<c>sample</c> only).</summary>
    [Range(0, 1_000_000)]
    public int MalformedLines { get; init; } = 3;
}
