namespace CranePipeline.Tables;

/// <summary>A leaf of the schema tree: what a column chunk holds.</summary>
/// <param name="Index">Its place among the leaves, and so among a row group's column chunks.</param>
/// <param name="Element">The schema node.</param>
/// <param name="Field">The column it reads as.</param>
/// <param name="MaximumDefinition">The definition level of a value that is there.</param>
/// <param name="MaximumRepetition">How many repeated nodes lie on the path.</param>
/// <param name="ListDefinition">The definition level from which on a list has an element; one below it the list is empty, further below it is missing.</param>
internal sealed record SchemaLeaf(
    int Index,
    SchemaElement Element,
    ParquetField Field,
    int MaximumDefinition,
    int MaximumRepetition,
    int ListDefinition
);
