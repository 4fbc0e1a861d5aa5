namespace CranePipeline.EndToEnd.Tests;

/// <content>What is written for other programs.</content>
public sealed partial class FullDiskTests
{
    private const string Place = "OUT";

    private static IEnumerable<TestCaseData> Outputs()
    {
        static TestCaseData Case(string name, params string[] arguments) =>
            new TestCaseData([arguments]).SetArgDisplayNames(name);
        foreach (string extension in new[] { "csv", "jsonl", "parquet", "feather" })
        {
            yield return Case($"recommend {extension}", "recommend", "-Output", $"{Place}/r.{extension}");
        }

        foreach (string table in new[] { "embeddings", "recommendations", "features", "interactions" })
        {
            foreach (string format in new[] { "parquet", "csv", "feather", "npy" })
            {
                string[] modality = table == "features" ? ["-Modality", "textual"] : [];
                yield return Case(
                    $"export {table} {format}",
                    ["export", "-Table", table, "-Format", format, "-Output", $"{Place}/t.{format}", .. modality]
                );
            }
        }

        yield return Case("export-mmrec", "export-mmrec", "-Output", $"{Place}/mmrec");
    }

    /// <summary>Full at the first byte and in the middle; and an earlier file stays what it was.</summary>
    [TestCaseSource(nameof(Outputs))]
    public void Written_for_other_programs(string[] arguments)
    {
        string[] Into(string folder) =>
            Call(
                workspace,
                arguments[0],
                [.. arguments[1..].Select(each => each.Replace(Place, folder, StringComparison.Ordinal))]
            );
        string there = Directory.CreateDirectory(Path.Combine(workspace.Folder, $"there-{Guid.NewGuid():n}")).FullName;
        Complete(Into(there));
        IReadOnlyDictionary<string, string> whole = Content(there);
        long bytes = whole.Keys.Sum(name => new FileInfo(Path.Combine(there, name)).Length);

        foreach (long room in Rooms(bytes))
        {
            disk.Leave(room);
            Refused(Into(disk.Folder));
            Assert.That(disk.Listing, Is.Empty);
        }

        disk.Grow();
        Complete(Into(disk.Folder));
        Assert.That(Content(disk.Folder), Is.EqualTo(whole));
        disk.Leave(0);
        Refused([.. Into(disk.Folder), .. arguments[0] == "export-mmrec" ? (string[])["-Force"] : []]);
        Assert.That(Content(disk.Folder), Is.EqualTo(whole));
    }
}
