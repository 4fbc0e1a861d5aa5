using System.Text.Json;
using CranePipeline.Ingest.Spark.Plan;
using CranePipeline.Ingest.Spark.Tests.Duck;
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
            Assert.That(spark.Users, Is.EqualTo(local.Users));
            Assert.That(spark.Items, Is.EqualTo(local.Items));
            Assert.That(spark.Ratings, Is.EqualTo(local.Ratings));
            Assert.That(spark.Timestamps, Is.EqualTo(local.Timestamps));
            Assert.That(spark.Labels, Is.EqualTo(local.Labels));
            Assert.That(JsonSerializer.Serialize(spark.Statistics), Is.EqualTo(JsonSerializer.Serialize(local.Statistics)));
            Assert.That(spark.Quarantine, Is.EqualTo(local.Quarantine));
            Assert.That(spark.Sources, Is.EqualTo(local.Sources));
            Assert.That(session.Tables(), Is.Empty, "what was made on the way is dropped");
        }

        return local;
    }
}
