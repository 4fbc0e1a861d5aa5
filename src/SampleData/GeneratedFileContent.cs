using CranePipeline.Tables;

namespace CranePipeline.SampleData;

/// <summary>A file's name and how its content is written.</summary>
internal sealed record GeneratedFileContent(string Name, Action<Stream> Write)
{
    /// <summary>The files of the options' kind. What they share is drawn here, once.</summary>
    public static IReadOnlyList<GeneratedFileContent> Of(
        GenerateOptions options,
        int threads,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation
    )
    {
        string name = options.Name;
        if (options.Kind == GenerateKind.Ratings)
        {
            var ratings = new RatingsFile(options, threads);
            return [new($"ratings_{name}.csv", stream => ratings.Write(stream, progress, cancellation))];
        }

        progress?.Report(new WorkProgress("drawing interactions", "interactions", 0, options.Interactions));
        var world = new LatentWorld(options);
        GeneratedInteractions interactions = GeneratedInteractions.Draw(world, options, cancellation);
        progress?.Report(new WorkProgress("drawing interactions", "interactions", options.Interactions, options.Interactions));
        if (options.Kind == GenerateKind.Sample)
        {
            var sample = new SampleFiles(options, world, interactions);
            return
            [
                new($"reviews_{name}.json.gz", stream => sample.WriteReviews(stream, cancellation)),
                new($"meta_{name}.json.gz", stream => sample.WriteMetadata(stream, cancellation)),
                new($"image_features_{name}.b", stream => sample.WriteImageFeatures(stream, cancellation)),
            ];
        }

        var shape = new ShapeFiles(options, world, interactions);
        return
        [
            new($"{name}.inter", stream => shape.WriteInteractions(stream, cancellation)),
            new("image_feat.npy", stream => shape.WriteImageFeatures(stream, cancellation)),
            new("text_feat.npy", stream => shape.WriteTextFeatures(stream, cancellation)),
        ];
    }
}
