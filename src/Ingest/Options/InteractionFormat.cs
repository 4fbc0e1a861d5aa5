namespace CranePipeline.Ingest;

/// <summary>How a raw file of interactions is written.</summary>
public enum InteractionFormat
{
    /// <summary>Told from the file's first lines.</summary>
    Auto,

    /// <summary>Amazon 2014 and 2018 reviews: a JSON object a line with <c>reviewerID</c>, <c>asin</c>, <c>overall</c>, <c>unixReviewTime</c>.</summary>
    AmazonReviews,

    /// <summary>Amazon 2023 reviews: a JSON object a line with <c>user_id</c>, <c>parent_asin</c>, <c>rating</c>, <c>timestamp</c> in milliseconds.</summary>
    AmazonReviews2023,

    /// <summary>Any JSON object a line, its members named by <see cref="InteractionSource.Columns"/>.</summary>
    JsonLines,

    /// <summary>Amazon 2014 ratings: <c>user,item,rating,timestamp</c> without a header.</summary>
    AmazonRatings2014,

    /// <summary>Amazon 2018 ratings: <c>item,user,rating,timestamp</c> without a header.</summary>
    AmazonRatings2018,

    /// <summary>Amazon 2023 ratings: <c>user_id,parent_asin,rating,timestamp</c> with a header.</summary>
    AmazonRatings2023,

    /// <summary>The MMRec and RecBole toolboxes' tab-separated <c>.inter</c> with a header.</summary>
    Mmrec,

    /// <summary>Any text with a separator; columns by <see cref="InteractionSource.Columns"/> or by their usual names and order.</summary>
    Delimited,

    /// <summary>LATTICE's <c>train.json</c>, <c>val.json</c>, <c>test.json</c>: one object a file, user index to list of item indices.</summary>
    Lattice,
}
