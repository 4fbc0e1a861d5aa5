using CranePipeline.Tensors;

namespace CranePipeline.Features;

/// <summary>A BERT encoder with pooling: token numbers in, a unit vector a sentence out.</summary>
internal sealed class TransformerModel : IDisposable
{
    private readonly Matrix words;
    private readonly Matrix positions;
    private readonly Matrix firstType;
    private readonly Matrix scale;
    private readonly Matrix shift;
    private readonly List<TransformerLayer> layers = [];

    internal TransformerModel(string folder, TransformerSettings settings, int vocabularySize, IEngine engine)
    {
        Settings = settings;
        string path = ModelFolder.Find(folder, ModelFolder.Weights);
        using var tensors = new SafeTensors(path);
        var weights = new WeightReader(tensors, path);
        words = weights.Read("embeddings.word_embeddings.weight", vocabularySize, settings.Width);
        positions = weights.Read("embeddings.position_embeddings.weight", settings.Positions, settings.Width);
        firstType = weights.Read("embeddings.token_type_embeddings.weight", settings.Types, settings.Width);
        (scale, shift) = weights.ReadNorm("embeddings.LayerNorm", settings.Width);
        for (int layer = 0; layer < settings.Layers; layer++)
        {
            layers.Add(new TransformerLayer(weights, layer, settings, engine));
        }
    }

    internal TransformerSettings Settings { get; }

    public void Dispose() => layers.ForEach(layer => layer.Dispose());

    /// <summary>Vectors of several sentences, <c>[sentences × width]</c>, each of unit length.</summary>
    internal Matrix Encode(IReadOnlyList<int[]> sentences)
    {
        int[] lengths = [.. sentences.Select(sentence => sentence.Length)];
        Matrix hidden = Embed(sentences, lengths.Sum());
        foreach (TransformerLayer layer in layers)
        {
            hidden = layer.Forward(hidden, lengths);
        }

        Matrix pooled = Pool(hidden, lengths);
        RowOperations.Normalize(pooled);
        return pooled;
    }

    private Matrix Embed(IReadOnlyList<int[]> sentences, int tokens)
    {
        var hidden = new Matrix(tokens, Settings.Width);
        int row = 0;
        foreach (int[] sentence in sentences)
        {
            for (int position = 0; position < sentence.Length; position++)
            {
                ReadOnlySpan<float> word = words.Row(sentence[position]);
                ReadOnlySpan<float> place = positions.Row(position);
                ReadOnlySpan<float> type = firstType.Row(0);
                Span<float> target = hidden.Row(row++);
                for (int column = 0; column < target.Length; column++)
                {
                    target[column] = word[column] + type[column] + place[column];
                }
            }
        }

        RowFunctions.AddAndNormalize(hidden, null, scale, shift, Settings.Epsilon);
        return hidden;
    }

    private Matrix Pool(Matrix hidden, int[] lengths)
    {
        var pooled = new Matrix(lengths.Length, Settings.Width);
        int row = 0;
        for (int sentence = 0; sentence < lengths.Length; sentence++)
        {
            int pooledTokens = Settings.FirstToken ? 1 : lengths[sentence];
            Span<float> target = pooled.Row(sentence);
            for (int token = 0; token < pooledTokens; token++)
            {
                ReadOnlySpan<float> source = hidden.Row(row + token);
                for (int column = 0; column < target.Length; column++)
                {
                    target[column] += source[column];
                }
            }

            foreach (ref float value in target)
            {
                value /= pooledTokens;
            }

            row += lengths[sentence];
        }

        return pooled;
    }
}
