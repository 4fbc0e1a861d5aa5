using System.Text;
using CranePipeline.Ingest.Download;
using CranePipeline.Tables;

namespace CranePipeline.Ingest.Mmrec;

/// <summary>
/// Folders as the MMRec toolbox lays them out: <c>NAME.inter</c> (tab-separated, header <c>userID itemID … x_label</c>) and
/// NumPy feature arrays whose row is the item's id.
/// </summary>
public static class MmrecFolder
{
    private const string ArraySuffix = "_feat.npy";
    private static readonly (string Modality, string Prefix)[] KnownArrays =
    [
        ("visual", "image"),
        ("textual", "text"),
        ("acoustic", "audio"),
    ];

    /// <summary>Looks at a folder and checks that its parts belong together.</summary>
    /// <param name="folder">The folder, of any name.</param>
    /// <param name="name">Which <c>.inter</c> file, where there are several; null for the only one, or the one named as the folder.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="InputException">
    /// There is no such file, it has not the columns, an id is no number, or an array has not a row for each item.
    /// </exception>
    public static MmrecDataset Import(string folder, string? name = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        string file = Choose(folder, name);
        MmrecScan scan = MmrecScan.Read(Path.Combine(folder, file), file, cancellation);
        List<MmrecModality> modalities = [];
        foreach (string path in Directory.GetFiles(folder, "*" + ArraySuffix).Order(StringComparer.Ordinal))
        {
            string array = Path.GetFileName(path);
            NpyShape shape = NpyFile.ReadShape(path);
            if (shape.Rows != scan.HighestItem + 1)
            {
                throw new InputException(
                    $"{path} has {shape.Rows} rows, but the highest item of {file} is {scan.HighestItem}; the array needs "
                        + $"a row for every item id from 0, which makes {scan.HighestItem + 1}: put the data set's own there"
                );
            }

            string prefix = array[..^ArraySuffix.Length];
            string modality = KnownArrays.FirstOrDefault(known => known.Prefix == prefix).Modality ?? prefix;
            modalities.Add(new MmrecModality(modality, array, shape.Rows, shape.Columns));
        }

        return new MmrecDataset(
            Path.GetFileNameWithoutExtension(file),
            folder,
            file,
            scan.Users,
            scan.Items,
            scan.Interactions,
            scan.Labelled,
            modalities
        );
    }

    /// <summary>Writes a data set file that makes the folder usable by name.</summary>
    /// <param name="dataset">What <see cref="Import"/> found.</param>
    /// <param name="path">The file to write, as <c>conf/datasets/NAME.yaml</c>.</param>
    /// <param name="dataFolder">
    /// The data folder that the file's paths are relative to; a folder elsewhere is named by its full path.
    /// </param>
    /// <param name="replace">Whether a file that is there already gives way to the new one.</param>
    /// <exception cref="InputException">The file exists already, or cannot be written.</exception>
    public static void WriteDatasetFile(MmrecDataset dataset, string path, string dataFolder, bool replace = false)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!replace && File.Exists(path))
        {
            throw new InputException($"{path} exists already; remove it or import under another name.");
        }

        string folder = Path.GetRelativePath(Path.GetFullPath(dataFolder), dataset.Folder).Replace('\\', '/');
        folder = folder.StartsWith("..", StringComparison.Ordinal) ? dataset.Folder.Replace('\\', '/') : folder;
        WriteText(path, MmrecText.DatasetFile(dataset, folder));
    }

    /// <summary>
    /// Writes a folder that MMRec reads: <c>NAME.inter</c>, the arrays, the id maps where raw ids are given, and
    /// <c>NAME.yaml</c>, which goes to the toolbox's <c>configs/dataset</c>.
    /// </summary>
    /// <param name="folder">Where to; created if need be.</param>
    /// <param name="name">The data set's name.</param>
    /// <param name="interactions">What goes to the <c>.inter</c> file, in this order.</param>
    /// <param name="features">The arrays; each needs a row for every item id.</param>
    /// <param name="rawUsers">Raw user ids by id, or null.</param>
    /// <param name="rawItems">Raw item ids by id, or null.</param>
    /// <exception cref="InputException">The folder cannot be written.</exception>
    /// <exception cref="ArgumentException">Arrays of different lengths, or a feature array without a row for some item.</exception>
    public static void Export(
        string folder,
        string name,
        MmrecInteractions interactions,
        IReadOnlyList<MmrecFeature> features,
        IReadOnlyList<string>? rawUsers = null,
        IReadOnlyList<string>? rawItems = null
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(interactions);
        ArgumentNullException.ThrowIfNull(features);
        CheckLengths(interactions);
        int items = interactions.Items.Length == 0 ? 0 : interactions.Items.Max() + 1;
        foreach (MmrecFeature feature in features)
        {
            if (feature.Rows < items || feature.Values.Length != (long)feature.Rows * feature.Columns)
            {
                throw new ArgumentException(
                    $"Feature {feature.Name} is {feature.Rows} × {feature.Columns}; there are {items} items.",
                    nameof(features)
                );
            }
        }

        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"The folder {folder} cannot be made: {cause.Message}", cause);
        }

        foreach (MmrecFeature feature in features)
        {
            NpyFile.Write(Path.Combine(folder, ArrayName(feature.Name)), feature.Rows, feature.Columns, feature.Values.Span);
        }

        if (rawUsers is not null)
        {
            WriteLines(Path.Combine(folder, "u_id_mapping.csv"), MmrecText.IdMap("user_id", "userID", rawUsers));
        }

        if (rawItems is not null)
        {
            WriteLines(Path.Combine(folder, "i_id_mapping.csv"), MmrecText.IdMap("asin", "itemID", rawItems));
        }

        WriteText(
            Path.Combine(folder, name + ".yaml"),
            MmrecText.ToolboxFile(name, [.. features.Select(feature => ArrayName(feature.Name))])
        );
        WriteLines(Path.Combine(folder, name + ".inter"), MmrecText.Interactions(interactions));
    }

    private static string ArrayName(string modality)
    {
        string? prefix = KnownArrays.FirstOrDefault(known => known.Modality == modality).Prefix;
        return (prefix ?? modality) + ArraySuffix;
    }

    private static void CheckLengths(MmrecInteractions interactions)
    {
        int rows = interactions.Users.Length;
        if (
            interactions.Items.Length != rows
            || interactions.Labels.Length != rows
            || (interactions.Ratings is { } ratings && ratings.Length != rows)
            || (interactions.Timestamps is { } timestamps && timestamps.Length != rows)
        )
        {
            throw new ArgumentException(
                "Users, items, labels, ratings and timestamps must be equally many.",
                nameof(interactions)
            );
        }
    }

    private static string Choose(string folder, string? name)
    {
        if (!Directory.Exists(folder))
        {
            throw new InputException($"The folder {folder} does not exist; name the MMRec folder that holds the .inter file.");
        }

        string[] found =
        [
            .. Directory.GetFiles(folder, "*.inter").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal),
        ];
        string wanted = (name ?? Path.GetFileName(folder)) + ".inter";
        if (found.Contains(wanted, StringComparer.Ordinal))
        {
            return wanted;
        }

        return name is null && found.Length == 1
            ? found[0]
            : throw new InputException(
                found.Length == 0
                    ? $"{folder} holds no .inter file; name the MMRec folder that does."
                    : $"{folder} holds no {wanted}, but {string.Join(", ", found)}; say which by its name."
            );
    }

    private static void WriteLines(string path, IEnumerable<string> lines) =>
        Write(
            path,
            stream =>
            {
                using var writer = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true);
                foreach (string line in lines)
                {
                    writer.Write(line);
                    writer.Write('\n');
                }
            }
        );

    private static void WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    private static void Write(string path, Action<Stream> write)
    {
        WholeFile.MakeFolderOf(path);
        WholeFile.Write(path, write);
    }
}
