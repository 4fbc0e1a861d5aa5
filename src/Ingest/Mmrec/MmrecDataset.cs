namespace CranePipeline.Ingest.Mmrec;

/// <summary>What an MMRec folder holds.</summary>
/// <param name="Name">The data set's name, that of its <c>.inter</c> file.</param>
/// <param name="Folder">Full path of the folder.</param>
/// <param name="InteractionsFile">The <c>.inter</c> file in the folder.</param>
/// <param name="Users">Distinct users.</param>
/// <param name="Items">Distinct items with interactions.</param>
/// <param name="Interactions">Rows.</param>
/// <param name="Labelled">Whether rows say which part of a split they belong to (column <c>x_label</c>).</param>
/// <param name="Modalities">The feature arrays that lie beside it, by name.</param>
public sealed record MmrecDataset(
    string Name,
    string Folder,
    string InteractionsFile,
    int Users,
    int Items,
    long Interactions,
    bool Labelled,
    IReadOnlyList<MmrecModality> Modalities
);
