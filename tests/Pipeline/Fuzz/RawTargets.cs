using System.Text;
using CranePipeline.Evaluation;
using CranePipeline.Ingest;
using CranePipeline.Ingest.Metadata;
using CranePipeline.Ingest.Mmrec;
using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Pipeline.Tests.Fuzz;

/// <summary>Every format of raw file.</summary>
internal static partial class RawTargets
{
    private const int Rows = 60;
    private const int Items = 12;
    private const int Width = 6;
    private static readonly string[] ItemIds = [.. Enumerable.Range(0, Items).Select(Item)];
    private static readonly CpuEngine Engine = new(1);

    public static IEnumerable<FuzzTarget> All() => [.. Interactions(), .. Metadata(), .. Features(), .. Lists()];

    private static string User(int row) => $"A{row % 17:D12}";

    private static string Item(int row) => $"B{row * 7 % Items:D9}";

    private static byte[] Lines(Func<int, string> line, string header = "") =>
        Encoding.UTF8.GetBytes(header + string.Concat(Enumerable.Range(0, Rows).Select(row => line(row) + "\n")));

    private static IEnumerable<FuzzTarget> Interactions()
    {
        FuzzTarget reviews = Ingest(
            "reviews 2014",
            "r.json",
            Lines(row =>
                $$"""{"reviewerID": "{{User(row)}}", "asin": "{{Item(row)}}", "helpful": [0, 1], "reviewText": "a \"b\" \u00e9", "overall": {{row % 5 + 1}}.0, "unixReviewTime": {{1_400_000_000 + row}}, "reviewTime": "05 13, 2014"}"""
            )
        );
        FuzzTarget ratings = Ingest(
            "ratings 2014",
            "r.csv",
            Lines(row => $"{User(row)},{Item(row)},{row % 5 + 1}.0,{1_400_000_000 + row}")
        );
        byte[] quoted = Lines(
            row => $"\"{User(row)}\",\"say \"\"x\"\",\n{row}\",{Item(row)},{row % 5 + 1},2018-07-07 22:09:{row:D2}",
            "user_id,title,item_id,rating,timestamp\n"
        );
        byte[] inter = Lines(
            row => $"{row % 17}\t{row % Items}\t{row % 5 + 1}.0\t{1_400_000_000 + row}\t{row % 3}",
            "userID\titemID\trating\ttimestamp\tx_label\n"
        );
        return
        [
            reviews,
            FuzzTarget.Gzip(reviews, IngestOf),
            Ingest(
                "reviews 2018",
                "r.json",
                Lines(row =>
                    $$"""{"overall": {{row % 5 + 1}}, "verified": true, "reviewTime": "09 4, 2015", "reviewerID": "{{User(row)}}", "asin": "{{Item(row)}}", "style": {"Size:": " 9"}, "unixReviewTime": {{1_441_324_800 + row}}}"""
                )
            ),
            Ingest(
                "reviews 2023",
                "r.jsonl",
                Lines(row =>
                    $$"""{"rating": {{row % 5 + 1}}.0, "title": "t", "images": [], "asin": "x", "parent_asin": "{{Item(row)}}", "user_id": "{{User(row)}}", "timestamp": {{1_500_000_000_000 + row}}}"""
                )
            ),
            ratings,
            FuzzTarget.Gzip(ratings, IngestOf),
            Ingest("ratings 2018", "r.csv", Lines(row => $"{Item(row)},{User(row)},{row % 5 + 1}.0,{1_400_000_000 + row}")),
            Ingest(
                "ratings 2023",
                "r.csv",
                Lines(
                    row => $"{User(row)},{Item(row)},{row % 5 + 1}.0,{1_600_000_000_000 + row}",
                    "user_id,parent_asin,rating,timestamp\n"
                )
            ),
            Ingest("quoted CSV", "r.csv", quoted),
            Ingest(
                "CSV in UTF-16",
                "r.csv",
                [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(quoted))]
            ),
            Ingest(
                "TSV",
                "r.tsv",
                Lines(row => $"{User(row)}\t{Item(row)}\t{row % 5 + 1}\t2018070{row % 9 + 1}", "user\titem\tstars\ttime\n")
            ),
            Ingest("separator of two letters", "r.dat", Lines(row => $"{row % 17}::{row % Items}::{row % 5 + 1}::{row}")),
            Ingest(".inter", "r.inter", inter),
            FuzzTarget.Text("MMRec folder", "r.inter", inter, folder => MmrecFolder.Import(folder)),
            Ingest(
                "LATTICE split",
                "train.json",
                Encoding.UTF8.GetBytes(
                    "{"
                        + string.Join(
                            ", ",
                            Enumerable.Range(0, 17).Select(user => $"\"{user}\": [{user % Items}, {(user + 3) % Items}]")
                        )
                        + "}"
                )
            ),
            FuzzTarget.Text(
                "LATTICE id map",
                "map.txt",
                Lines(row => $"{User(row)} {row}", "raw index\n"),
                folder =>
                {
                    File.WriteAllText(Path.Combine(folder, "train.json"), """{"0": [1, 2], "1": [3]}""");
                    Ingested(
                        folder,
                        new InteractionSource
                        {
                            Path = "train.json",
                            UserIdMap = "map.txt",
                            ItemIdMap = "map.txt",
                        }
                    );
                }
            ),
            .. new[] { ExportFormat.Parquet, ExportFormat.Feather }.Select(format =>
                FuzzTarget.Bytes(
                    $"interactions, {format}",
                    "r." + format.ToString().ToLowerInvariant(),
                    Table(format, InteractionColumns()),
                    folder => Ingested(folder, new InteractionSource { Path = "r.*" })
                )
            ),
        ];
    }

    private static IEnumerable<FuzzTarget> Metadata()
    {
        FuzzTarget python = FuzzTarget.Text(
            "metadata 2014",
            "m.json",
            Lines(row =>
                $$"""{'asin': '{{Item(row)}}', 'title': "it's \xe9 {{row}}", 'price': {{row}}.5, 'categories': [['Toys', 'x {{row % 3}}'], []], 'related': {'also_bought': ['B1', 'B2']}, 'description': u'd\'e', 'brand': None, 'salesRank': {'Toys': -{{row}}}, }"""
            ),
            MetadataOf("m.json")
        );
        FuzzTarget json = FuzzTarget.Text(
            "metadata 2023",
            "m.jsonl",
            Lines(row =>
                $$"""{"main_category": "All", "title": "t {{row}}", "features": ["a", "b"], "description": ["d"], "price": {{row}}.99, "store": "s", "categories": ["x", "y"], "details": {"Brand": "z"}, "parent_asin": "{{Item(row)}}"}"""
            ),
            MetadataOf("m.jsonl")
        );
        return [python, json, FuzzTarget.Gzip(python, MetadataOf)];
    }

    /// <summary>Rankings of another program.</summary>
    private static IEnumerable<FuzzTarget> Lists()
    {
        FuzzTarget text = FuzzTarget.Text(
            "rankings",
            "k.csv",
            Lines(row => $"{User(row / 5)},{Item(row)},{row % 5 + 1}", "user,item,rank\n"),
            RankingsOf("k.csv")
        );
        ExportTable table = new(
            Rows,
            [
                new TextColumn("user", row => User(row / 5)),
                new TextColumn("item", Item),
                new ValueColumn<int>("rank", [.. Enumerable.Range(0, Rows).Select(row => row % 5)]),
            ]
        );
        return
        [
            text,
            FuzzTarget.Gzip(text, RankingsOf),
            FuzzTarget.Bytes("rankings, Parquet", "k.parquet", Table(ExportFormat.Parquet, table), RankingsOf("k.parquet")),
            FuzzTarget.Bytes("rankings, Feather", "k.feather", Table(ExportFormat.Feather, table), RankingsOf("k.feather")),
        ];
    }

    private static FuzzTarget Ingest(string name, string file, byte[] whole) =>
        FuzzTarget.Text(name, file, whole, IngestOf(file));

    private static Action<string> IngestOf(string file) => folder => Ingested(folder, new InteractionSource { Path = file });

    private static void Ingested(string folder, InteractionSource source) =>
        Ingestor.Run(
            new IngestOptions
            {
                Interactions = [source],
                MinUserInteractions = 1,
                MinItemInteractions = 1,
                QuarantineLimit = 0.9,
            },
            folder,
            2
        );

    private static Action<string> MetadataOf(string file) =>
        folder => MetadataReader.Read([new MetadataSource { Path = file }], folder, null, 0.9, 2);

    private static Action<string> RankingsOf(string file)
    {
        int[] users = [.. Enumerable.Range(0, 17)];
        CsrMatrix Pairs(int shift) =>
            CsrMatrix.FromEntries(
                17,
                Items,
                users,
                [.. users.Select(user => (user + shift) % Items)],
                [.. users.Select(_ => 1f)]
            );
        EvaluationPart part = EvaluationPart.Create(Pairs(0), Pairs(4));
        Dictionary<string, int> userIds = users.ToDictionary(User);
        Dictionary<string, int> itemIds = Enumerable.Range(0, Items).ToDictionary(item => ItemIds[item]);
        return folder => Rankings.Read(Path.Combine(folder, file), userIds, itemIds, part, 5, null, CancellationToken.None);
    }

    private static ExportTable InteractionColumns() =>
        new(
            Rows,
            [
                new TextColumn("user", User),
                new TextColumn("item", Item),
                new ValueColumn<float>("rating", [.. Enumerable.Range(0, Rows).Select(row => row % 5 + 1f)]),
                new ValueColumn<long>("timestamp", [.. Enumerable.Range(0, Rows).Select(row => 1_400_000_000L + row)]),
                new ValueColumn<int>("label", [.. Enumerable.Range(0, Rows).Select(row => row % 3)]),
            ]
        );

    private static float[] Values() => [.. Enumerable.Range(0, Items * Width).Select(place => (float)Math.Sin(place * place))];

    private static byte[] Table(ExportFormat format, ExportTable table) =>
        Written("t", path => ExportFile.Write(path, format, table));

    internal static byte[] Written(string name, Action<string> write)
    {
        string folder = Directory.CreateTempSubdirectory("crane-fuzz-").FullName;
        try
        {
            string path = Path.Combine(folder, name);
            write(path);
            return File.ReadAllBytes(path);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
