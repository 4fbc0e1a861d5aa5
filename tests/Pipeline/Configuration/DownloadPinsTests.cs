using CranePipeline.Configuration;
using CranePipeline.Ingest.Download;
using CranePipeline.Tables;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Configuration;

public sealed class DownloadPinsTests
{
    private const string Text = """
        # a comment that stays
        name: d
        files:
          - path: d/a.gz   # the reviews
            urls:
              - https://one.test/a.gz
          - urls: [https://one.test/b.gz]
            path: d/b.gz
        ingest:
          interactions:
            - path: d/a.gz
        """;

    private static readonly string Hash = new('a', 64);

    [Test]
    public void Pins_go_below_the_path_they_belong_to_and_nothing_else_moves()
    {
        string pinned = DownloadPins.Write(Text, [Of("d/a.gz", Hash, 5), Of("d/b.gz", Hash, 6)]);

        string[] added = [.. pinned.Split('\n').Except(Text.Split('\n'))];
        Assert.That(added, Is.EqualTo(new[] { $"    sha256: {Hash}", "    bytes: 5", "    bytes: 6" }));
        Assert.That(
            pinned
                .Replace($"    sha256: {Hash}\n    bytes: 5\n", "", StringComparison.Ordinal)
                .Replace($"    sha256: {Hash}\n    bytes: 6\n", "", StringComparison.Ordinal),
            Is.EqualTo(Text)
        );
    }

    [Test]
    public void A_second_pin_replaces_the_first()
    {
        string once = DownloadPins.Write(Text, [Of("d/a.gz", new string('b', 64), 4)]);

        Assert.That(
            DownloadPins.Write(once, [Of("d/a.gz", Hash, 5)]),
            Is.EqualTo(DownloadPins.Write(Text, [Of("d/a.gz", Hash, 5)]))
        );
    }

    [Test]
    public void A_file_that_is_not_listed_is_told() =>
        Assert.That(
            () => DownloadPins.Write(Text, [Of("d/c.gz", Hash, 5)]),
            Throws.InstanceOf<InputException>().With.Message.Contains("d/c.gz")
        );

    private static DownloadedFile Of(string path, string hash, long bytes) => new(path, path, bytes, hash, null);
}
