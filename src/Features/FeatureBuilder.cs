using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Features;

/// <summary>Makes a modality's feature table.</summary>
public static class FeatureBuilder
{
    private const int AmazonImageWidth = 4096;

    /// <summary>Reads or encodes the vectors of every item, fills in what is missing and standardises.</summary>
    /// <param name="name">The modality's name in the data set file.</param>
    /// <param name="options">Where the vectors come from and what is done to them.</param>
    /// <param name="itemIds">Raw ids; the index is the item number.</param>
    /// <param name="itemTexts">Metadata of each item, null where there is none; only <see cref="ModalitySource.Text"/> reads it.</param>
    /// <param name="dataFolder">What relative paths are relative to.</param>
    /// <param name="engine">Computes decompositions and transformers.</param>
    /// <param name="rawItems">Items before any was filtered out, 0 where none was: what a file without ids has rows for.</param>
    /// <param name="progress">Told how far the reading or encoding has come.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <returns>The table, or null where the modality is optional and its file does not exist.</returns>
    /// <exception cref="InputException">A file is missing, truncated, of another width, or has no vector for any item.</exception>
    public static ModalityFeatures? Build(
        string name,
        ModalityOptions options,
        string[] itemIds,
        IReadOnlyList<ItemText?> itemTexts,
        string dataFolder,
        IEngine engine,
        int rawItems = 0,
        IProgress<WorkProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(itemIds);
        ArgumentNullException.ThrowIfNull(itemTexts);
        ArgumentNullException.ThrowIfNull(engine);
        if (options.Source == ModalitySource.Text && itemTexts.Count != itemIds.Length)
        {
            throw new ArgumentException($"{itemTexts.Count} item texts do not fit {itemIds.Length} items.");
        }

        if (options.Optional && !IsThere(name, options, dataFolder))
        {
            return null;
        }

        RawVectors raw = Read(name, options, itemIds, itemTexts, dataFolder, rawItems, engine, progress, cancellation);
        return TableMaker.Finish(name, raw, itemIds, options, engine);
    }

    /// <summary>
    /// The files a modality is made from, besides the metadata, with their full paths: what its artifact's key must hash.
    /// </summary>
    /// <exception cref="InputException">A setting that names a file is missing.</exception>
    public static IReadOnlyList<string> InputFiles(string name, ModalityOptions options, string dataFolder)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Source == ModalitySource.Text)
        {
            return options.Encoder == TextEncoder.Onnx ? ModelFolder.Files(RequiredModel(name, options, dataFolder)) : [];
        }

        string path = RequiredPath(name, options, dataFolder);
        return options.Source == ModalitySource.Npy && options.Ids is { } ids ? [path, Path.Combine(dataFolder, ids)] : [path];
    }

    /// <summary>Whether all files that a modality is made from are there.</summary>
    /// <inheritdoc cref="InputFiles" path="/exception"/>
    public static bool IsThere(string name, ModalityOptions options, string dataFolder) =>
        InputFiles(name, options, dataFolder).All(File.Exists);

    internal static string RequiredPath(string name, ModalityOptions options, string dataFolder) =>
        Path.Combine(
            dataFolder,
            options.Path ?? throw new InputException($"modality '{name}' needs a 'path': the file its vectors are read from.")
        );

    private static string RequiredModel(string name, ModalityOptions options, string dataFolder) =>
        Path.Combine(
            dataFolder,
            options.ModelFolder
                ?? throw new InputException(
                    $"modality '{name}' with encoder onnx needs a 'modelFolder': the "
                        + "folder with model.onnx and vocab.txt; or set 'encoder: minilm'"
                )
        );

    private static RawVectors Read(
        string name,
        ModalityOptions options,
        string[] itemIds,
        IReadOnlyList<ItemText?> itemTexts,
        string dataFolder,
        int rawItems,
        IEngine engine,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation
    )
    {
        switch (options.Source)
        {
            case ModalitySource.Text when options.Encoder == TextEncoder.Hashed:
                return HashedTextEncoder.Encode(name, itemTexts, options, engine, progress, cancellation);
            case ModalitySource.Text:
                string? folder = options.Encoder == TextEncoder.Onnx ? RequiredModel(name, options, dataFolder) : null;
                using (var model = new SentenceModel(ModelFiles.Of(options, folder)))
                {
                    return SentenceEncoder.Encode(model, itemTexts, options, progress, cancellation);
                }
        }

        string path = RequiredPath(name, options, dataFolder);
        InputFile.Check(path);
        RawVectors raw = UnpackedFile.Read(
            path,
            readable =>
                options.Source switch
                {
                    ModalitySource.ImageBinary => ImageBinaryReader.Read(
                        readable,
                        options.Width > 0 ? options.Width : AmazonImageWidth,
                        itemIds,
                        progress,
                        cancellation
                    ),
                    ModalitySource.Npy => ArraySource.Read(
                        readable,
                        options,
                        itemIds,
                        dataFolder,
                        rawItems,
                        progress,
                        cancellation
                    ),
                    ModalitySource.Parquet => TableSource.Read(readable, options, itemIds, progress, cancellation),
                    _ => NeighbourVectors.Derive(readable, itemIds, options, engine, progress, cancellation),
                },
            progress,
            cancellation
        );
        if (!raw.Present.Contains(true))
        {
            throw new InputException(
                $"'{path}' has no vector for any of the {itemIds.Length} items of modality '{name}'; "
                    + $"check that its ids are the raw item ids (the first item is '{itemIds.FirstOrDefault()}')."
            );
        }

        return raw;
    }
}
