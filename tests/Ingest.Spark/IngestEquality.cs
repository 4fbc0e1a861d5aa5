using System.Text.Json;
using CranePipeline.Ingest.Spark.Plan;
using CranePipeline.Ingest.Spark.Tests.Duck;
using CranePipeline.Tables;
using NUnit.Framework;

namespace CranePipeline.Ingest.Spark.Tests;

/// <summary>Runs both engines and compares all that comes out.</summary>
internal static class IngestEquality
{
    /// <summary>Fails unless Spark's plan gives what the local engine gives.</summary>
    public static IngestResult Check(IngestOptions options, string folder)
    {
        IngestResult local = Ingestor.Run(options, folder, threads: 2);
        using DuckSession session = new();
        IngestResult spark = SparkIngestor.Run(session, options, new SparkData(folder), new PlanNames());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(spark.UserIds, Is.EqualTo(local.UserIds));
            Assert.That(spark.ItemIds, Is.EqualTo(local.ItemIds));
            Assert.That(spark.Interactions.Users, Is.EqualTo(local.Interactions.Users));
            Assert.That(spark.Interactions.Items, Is.EqualTo(local.Interactions.Items));
            AssertEqual(spark.Interactions.Ratings, local.Interactions.Ratings, "ratings");
            AssertEqual(spark.Interactions.Timestamps, local.Interactions.Timestamps, "times");
            AssertEqual(spark.Interactions.Labels, local.Interactions.Labels, "labels");
            Assert.That(JsonSerializer.Serialize(spark.Statistics), Is.EqualTo(JsonSerializer.Serialize(local.Statistics)));
            Assert.That(spark.Quarantine, Is.EqualTo(local.Quarantine));
            Assert.That(spark.Sources, Is.EqualTo(local.Sources));
            Assert.That(session.Tables(), Is.Empty, "what was made on the way is dropped");
        }

        return local;
    }

    /// <summary>Fails unless Spark's plan splits as the local engine does.</summary>
    public static SplitResult Check(IngestResult ingest, SplitOptions options, long seed)
    {
        SplitResult local = Splitter.Split(ingest.Interactions, ingest.UserIds, ingest.ItemIds, options, seed);
        using DuckSession session = new();
        SplitResult spark = SparkSplitter.Split(
            session,
            ingest.Interactions,
            ingest.UserIds,
            ingest.ItemIds,
            options,
            seed,
            new PlanNames()
        );
        Assert.That(spark.Parts, Is.EqualTo(local.Parts), $"{options.Method}, seed {seed}");
        Assert.That(spark.Report, Is.EqualTo(local.Report));
        Assert.That(session.Tables(), Is.Empty, "what was made on the way is dropped");
        return local;
    }

    private static void AssertEqual<T>(OptionalColumn<T>? spark, OptionalColumn<T>? local, string name)
        where T : struct
    {
        Assert.That(spark?.Values, Is.EqualTo(local?.Values), name);
        Assert.That(spark?.Present, Is.EqualTo(local?.Present), $"which rows have {name}");
    }
}
