using System.Globalization;
using System.Text;
using CranePipeline.Features;
using CranePipeline.Tables;

namespace CranePipeline.Pipeline.Tests.Fuzz;

/// <content>Files of features.</content>
internal static partial class RawTargets
{
    private static IEnumerable<FuzzTarget> Features()
    {
        byte[] images =
        [
            .. ItemIds.SelectMany(
                (id, item) =>
                    (IEnumerable<byte>)
                        [
                            .. Encoding.ASCII.GetBytes(id),
                            .. Enumerable
                                .Range(0, Width)
                                .SelectMany(place => BitConverter.GetBytes((float)Math.Sin(item * 7 + place))),
                        ]
            ),
        ];
        FuzzTarget image = FuzzTarget.Bytes(
            "image features",
            "f.b",
            images,
            FeaturesOf("f.b", ModalitySource.ImageBinary, Width)
        );
        byte[] array = Written("f.npy", path => NpyFile.Write(path, Items, Width, Values()));
        FuzzTarget npy = FuzzTarget.Bytes("array", "f.npy", array, ArrayOf("f.npy"));
        FuzzTarget neighbours = FuzzTarget.Text(
            "neighbour list",
            "n.tsv",
            Lines(row => $"{Item(row)}\t{Item(row + row % 5 + 1)}\t0.{row % 9 + 1}", "itemID\tneighbourID\tsimilarity\n"),
            FeaturesOf("n.tsv", ModalitySource.Neighbours)
        );
        ExportTable lists = new(
            Rows,
            [
                new TextColumn("item", Item),
                new TextColumn("neighbour", row => Item(row + row % 5 + 1)),
                new ValueColumn<float>("similarity", [.. Enumerable.Range(0, Rows).Select(row => row % 9 / 10f)]),
            ]
        );
        ExportTable vectors = new(
            Items,
            [new TextColumn("item", item => ItemIds[item]), new VectorColumn("feature", Values(), Width)]
        );
        return
        [
            image,
            FuzzTarget.Gzip(image, file => FeaturesOf(file, ModalitySource.ImageBinary, Width)),
            npy,
            FuzzTarget.Gzip(npy, ArrayOf),
            neighbours,
            FuzzTarget.Gzip(neighbours, file => FeaturesOf(file, ModalitySource.Neighbours)),
            FuzzTarget.Text(
                "list of ids",
                "ids.txt",
                Encoding.UTF8.GetBytes(string.Join('\n', ItemIds)),
                folder => Numbered(folder, array, "ids.txt")
            ),
            .. new[] { ExportFormat.Parquet, ExportFormat.Feather }.SelectMany(format =>
                (IEnumerable<FuzzTarget>)
                    [
                        FuzzTarget.Bytes(
                            $"features, {format}",
                            "f.t",
                            Table(format, vectors),
                            FeaturesOf("f.t", ModalitySource.Parquet)
                        ),
                        FuzzTarget.Bytes(
                            $"neighbours, {format}",
                            "n.t",
                            Table(format, lists),
                            FeaturesOf("n.t", ModalitySource.Neighbours)
                        ),
                        FuzzTarget.Bytes(
                            $"ids, {format}",
                            "ids.t",
                            Table(format, new ExportTable(Items, [new TextColumn("item", item => ItemIds[item])])),
                            folder => Numbered(folder, array, "ids.t")
                        ),
                    ]
            ),
        ];
    }

    private static Action<string> FeaturesOf(string file, ModalitySource source, int width = 0) =>
        folder =>
            Built(
                folder,
                new ModalityOptions
                {
                    Source = source,
                    Path = file,
                    Width = width,
                    Dimension = 4,
                },
                ItemIds
            );

    private static Action<string> ArrayOf(string file) =>
        folder =>
            Built(
                folder,
                new ModalityOptions { Source = ModalitySource.Npy, Path = file },
                [.. Enumerable.Range(0, Items).Select(item => item.ToString(CultureInfo.InvariantCulture))]
            );

    private static void Numbered(string folder, byte[] array, string ids)
    {
        File.WriteAllBytes(Path.Combine(folder, "a.npy"), array);
        Built(
            folder,
            new ModalityOptions
            {
                Source = ModalitySource.Npy,
                Path = "a.npy",
                Ids = ids,
            },
            ItemIds
        );
    }

    private static void Built(string folder, ModalityOptions options, string[] ids) =>
        FeatureBuilder.Build("m", options, ids, [], folder, Engine);
}
