using CranePipeline.Tables;

namespace CranePipeline.Ingest.Spark;

/// <summary>Interactions as they come from the cluster, a row after another.</summary>
internal sealed class InteractionColumns
{
    private readonly List<int> users = [];
    private readonly List<int> items = [];
    private readonly List<float?> ratings = [];
    private readonly List<long?> times = [];
    private readonly List<int?> labels = [];

    public int[] Users => [.. users];

    public int[] Items => [.. items];

    public static InteractionColumns Fetch(Workspace workspace, Statement statement)
    {
        InteractionColumns columns = new();
        foreach (BatchReader reader in workspace.Read(statement))
        {
            columns.users.AddRange(reader.Ints("user_id"));
            columns.items.AddRange(reader.Ints("item_id"));
            columns.ratings.AddRange(reader.NullableFloats("rating"));
            columns.times.AddRange(reader.NullableLongs("millis"));
            columns.labels.AddRange(reader.NullableInts("part"));
        }

        return columns;
    }

    public float[] RatingsOr(float absent) => [.. ratings.Select(rating => rating ?? absent)];

    public long[] TimesOr(long absent) => [.. times.Select(time => time ?? absent)];

    public byte[] LabelsOr(byte absent) => [.. labels.Select(label => label is { } part ? (byte)part : absent)];
}
