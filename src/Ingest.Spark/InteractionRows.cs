using CranePipeline.Tables;

namespace CranePipeline.Ingest.Spark;

/// <summary>Interactions as they come from the cluster, a row after another.</summary>
internal static class InteractionRows
{
    /// <summary>Fetches them all; a column that no row has is left out.</summary>
    public static Interactions Fetch(Workspace workspace, Statement statement, bool hasRatings, bool hasTimes, bool hasLabels)
    {
        List<int> users = [];
        List<int> items = [];
        Values<float> ratings = new();
        Values<long> times = new();
        Values<byte> labels = new();
        foreach (BatchReader reader in workspace.Read(statement))
        {
            users.AddRange(reader.Ints("user_id"));
            items.AddRange(reader.Ints("item_id"));
            ratings.Add(reader.NullableFloats("rating"));
            times.Add(reader.NullableLongs("millis"));
            labels.Add(reader.NullableInts("part").Select(part => (byte?)part));
        }

        return new Interactions
        {
            Users = [.. users],
            Items = [.. items],
            Ratings = hasRatings ? ratings.Column() : null,
            Timestamps = hasTimes ? times.Column() : null,
            Labels = hasLabels ? labels.Column() : null,
        };
    }

    private sealed class Values<T>
        where T : struct
    {
        private readonly List<T> values = [];
        private readonly List<bool> present = [];
        private bool areAllThere = true;

        public void Add(IEnumerable<T?> more)
        {
            foreach (T? value in more)
            {
                values.Add(value ?? default);
                present.Add(value.HasValue);
                areAllThere &= value.HasValue;
            }
        }

        public OptionalColumn<T> Column() => new([.. values], areAllThere ? null : [.. present]);
    }
}
