using System.Numerics;
using CranePipeline.Tensors;

namespace CranePipeline.SampleData;

/// <summary>
/// Feature vectors that carry an item's topic and style under its own variation and noise. All arithmetic is
/// element-wise, so a value does not depend on the processor's vector width.
/// </summary>
internal sealed class LatentFeatures
{
    private const int Directions = 8;
    private const float Threshold = 0.5f;

    private readonly float[][] topics;
    private readonly float[][] styles;
    private readonly float[][] directions;
    private readonly LatentWorld world;
    private readonly long seed;
    private readonly string purpose;
    private readonly float topicShare;
    private readonly float styleShare;
    private readonly float noiseShare;

    private LatentFeatures(
        LatentWorld world,
        GenerateOptions options,
        string purpose,
        int width,
        float topic,
        float style,
        float noise
    )
    {
        (this.world, seed, this.purpose, Width) = (world, options.Seed, purpose, width);
        (topicShare, styleShare, noiseShare) = (topic, style, noise);
        topics = Prototypes("topics", options.Topics);
        styles = Prototypes("styles", options.Styles);
        directions = Prototypes("directions", Directions);
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>
    /// Image-like features: rectified and mostly sparse, as the activations of a convolutional network are; style shows more than
    /// topic.
    /// </summary>
    public static LatentFeatures Image(LatentWorld world, GenerateOptions options) =>
        new(world, options, "generate image features", options.ImageWidth, 0.7f, 0.6f, 1.2f);

    /// <summary>Text-like features: dense and of length one, as sentence embeddings are; topic shows more than style.</summary>
    public static LatentFeatures Text(LatentWorld world, GenerateOptions options) =>
        new(world, options, "generate text features", options.TextWidth, 0.75f, 0.45f, 1.0f);

    /// <summary>Writes an item's image-like feature.</summary>
    public void WriteRectified(int item, Span<float> row)
    {
        Write(item, row);
        foreach (ref float value in row)
        {
            value = Math.Max(value - Threshold, 0);
        }
    }

    /// <summary>Writes an item's feature scaled to length one.</summary>
    public void WriteNormalized(int item, Span<float> row)
    {
        Write(item, row);
        double squares = 0;
        foreach (float value in row)
        {
            squares += (double)value * value;
        }

        float scale = (float)(1 / Math.Sqrt(squares));
        foreach (ref float value in row)
        {
            value *= scale;
        }
    }

    private void Write(int item, Span<float> row)
    {
        var random = new RandomStream(seed, purpose, item);
        Span<float> own = stackalloc float[Directions];
        FillNoise(own, ref random);
        FillNoise(row, ref random);
        foreach (ref float value in row)
        {
            value *= noiseShare;
        }

        Add(row, topics[world.ItemTopic[item]], topicShare);
        Add(row, styles[world.ItemStyle[item]], styleShare);
        for (int direction = 0; direction < Directions; direction++)
        {
            Add(row, directions[direction], 0.15f * own[direction]);
        }
    }

    private static void Add(Span<float> row, float[] prototype, float share)
    {
        int column = 0;
        for (; column <= row.Length - Vector<float>.Count; column += Vector<float>.Count)
        {
            (new Vector<float>(row[column..]) + new Vector<float>(prototype, column) * share).CopyTo(row[column..]);
        }

        for (; column < row.Length; column++)
        {
            row[column] += share * prototype[column];
        }
    }

    private float[][] Prototypes(string kind, int count)
    {
        float[][] prototypes = new float[count][];
        for (int index = 0; index < count; index++)
        {
            var random = new RandomStream(seed, $"{purpose}: {kind}", index);
            prototypes[index] = new float[Width];
            FillNoise(prototypes[index], ref random);
        }

        return prototypes;
    }

    /// <summary>
    /// Nearly normal numbers, mean 0 and variance 1: the sum of four bytes (Irwin-Hall), which needs no transcendental function.
    /// </summary>
    private static void FillNoise(Span<float> values, ref RandomStream random)
    {
        const float Deviation = 147.8f;
        for (int index = 0; index < values.Length; index++)
        {
            uint word = random.NextUInt32();
            int sum = (int)((word & 0xFF) + ((word >> 8) & 0xFF) + ((word >> 16) & 0xFF) + (word >> 24));
            values[index] = (sum - 510) / Deviation;
        }
    }
}
