using CranePipeline.Configuration;
using CranePipeline.Features;
using CranePipeline.Ingest.Download;
using CranePipeline.Pipeline.Tests.Configuration;
using CranePipeline.Stages;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Stages;

/// <summary>Whether a model that reads features has any, told before anything is built.</summary>
public sealed class FeaturesAtHandTests
{
    [Test]
    public void An_optional_modality_counts_where_its_file_or_its_neighbours_are_there_or_to_be_fetched()
    {
        using var folder = new TemporaryFolder(("there.npy", ""), ("lists.tsv", ""));
        bool Has(ModalityOptions? modality, params DownloadFile[] files) =>
            FeaturesStage.HasAny(
                new PipelineSettings
                {
                    Data = folder.Path,
                    Files = files,
                    Modalities = modality is null ? [] : new Dictionary<string, ModalityOptions> { ["visual"] = modality },
                }
            );
        var gone = new ModalityOptions
        {
            Source = ModalitySource.Npy,
            Path = "gone.npy",
            Optional = true,
        };
        Assert.Multiple(() =>
        {
            Assert.That(Has(null), Is.False);
            Assert.That(Has(gone), Is.False);
            Assert.That(Has(gone with { Optional = false }), Is.True, "its absence is an error of its own");
            Assert.That(Has(gone with { Path = "there.npy" }), Is.True);
            Assert.That(Has(gone with { Neighbours = "lists.tsv" }), Is.True);
            Assert.That(Has(gone with { Neighbours = "gone.tsv" }), Is.False);
            Assert.That(Has(gone, new DownloadFile { Path = "gone.npy", Urls = ["https://example.org/gone.npy"] }), Is.True);
        });
    }
}
