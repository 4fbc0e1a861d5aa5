namespace CranePipeline.Ingest.Metadata;

/// <summary>The members of a metadata record that are of interest.</summary>
internal enum MetadataField
{
    Asin,
    ParentAsin,
    Title,
    Brand,
    Store,
    Category,
    MainCategory,
    Description,
    Features,
    Price,
    Count,
    None,
}
