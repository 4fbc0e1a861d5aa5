using CranePipeline.Tensors;

namespace CranePipeline.Features;

/// <summary>One encoder layer's weights: the products' on the engine, the row-wise parts' on the host.</summary>
internal sealed class TransformerLayer : IDisposable
{
    private readonly Tensor projection;
    private readonly Tensor projectionBias;
    private readonly Tensor attentionOutput;
    private readonly Tensor attentionOutputBias;
    private readonly Matrix attentionScale;
    private readonly Matrix attentionShift;
    private readonly Tensor inner;
    private readonly Tensor innerBias;
    private readonly Tensor output;
    private readonly Tensor outputBias;
    private readonly Matrix outputScale;
    private readonly Matrix outputShift;
    private readonly TransformerSettings settings;
    private readonly IEngine engine;

    internal TransformerLayer(WeightReader weights, int layer, TransformerSettings settings, IEngine engine)
    {
        (this.settings, this.engine) = (settings, engine);
        int width = settings.Width;
        string prefix = $"encoder.layer.{layer}.";
        string self = prefix + "attention.self.";

        // Queries, keys and values in one product of three times the width.
        var joined = new Matrix(3 * width, width);
        var joinedBias = new Matrix(1, 3 * width);
        string[] parts = ["query", "key", "value"];
        for (int part = 0; part < parts.Length; part++)
        {
            weights.Read($"{self}{parts[part]}.weight", width, width).Values.CopyTo(joined.Values, part * width * width);
            weights.Read($"{self}{parts[part]}.bias", 1, width).Values.CopyTo(joinedBias.Values, part * width);
        }

        projection = engine.Constant(joined);
        projectionBias = engine.Constant(joinedBias);
        attentionOutput = engine.Constant(weights.Read($"{prefix}attention.output.dense.weight", width, width));
        attentionOutputBias = engine.Constant(weights.Read($"{prefix}attention.output.dense.bias", 1, width));
        (attentionScale, attentionShift) = weights.ReadNorm($"{prefix}attention.output.LayerNorm", width);
        inner = engine.Constant(weights.Read($"{prefix}intermediate.dense.weight", settings.Inner, width));
        innerBias = engine.Constant(weights.Read($"{prefix}intermediate.dense.bias", 1, settings.Inner));
        output = engine.Constant(weights.Read($"{prefix}output.dense.weight", width, settings.Inner));
        outputBias = engine.Constant(weights.Read($"{prefix}output.dense.bias", 1, width));
        (outputScale, outputShift) = weights.ReadNorm($"{prefix}output.LayerNorm", width);
    }

    public void Dispose()
    {
        foreach (
            Tensor tensor in (Tensor[])
                [projection, projectionBias, attentionOutput, attentionOutputBias, inner, innerBias, output, outputBias]
        )
        {
            tensor.Dispose();
        }
    }

    /// <summary>The next hidden state of the tokens of several sentences, one sentence after the other.</summary>
    /// <param name="hidden"><c>[tokens × width]</c>.</param>
    /// <param name="lengths">Tokens of each sentence.</param>
    internal Matrix Forward(Matrix hidden, ReadOnlySpan<int> lengths)
    {
        Matrix attended = Attend(hidden, lengths);
        RowFunctions.AddAndNormalize(attended, hidden, attentionScale, attentionShift, settings.Epsilon);
        Matrix wide = Linear(attended, inner, innerBias);
        RowFunctions.Activate(wide, settings.Activation);
        Matrix next = Linear(wide, output, outputBias);
        RowFunctions.AddAndNormalize(next, attended, outputScale, outputShift, settings.Epsilon);
        return next;
    }

    private Matrix Linear(Matrix values, Tensor weight, Tensor bias)
    {
        using IDisposable step = engine.BeginStep(gradients: false);
        return engine.Read(Linear(engine.Constant(values), weight, bias));
    }

    private Tensor Linear(Tensor values, Tensor weight, Tensor bias) =>
        engine.AddRow(engine.MatrixProduct(values, weight, transposeB: true), bias);

    // A sentence attends to itself alone, so sentences of any lengths stand below one another without padding or mask.
    private Matrix Attend(Matrix hidden, ReadOnlySpan<int> lengths)
    {
        using IDisposable step = engine.BeginStep(gradients: false);
        Tensor joined = Linear(engine.Constant(hidden), projection, projectionBias);
        int width = settings.Width;
        int headWidth = width / settings.Heads;
        var sentences = new Tensor[lengths.Length];
        int start = 0;
        for (int sentence = 0; sentence < lengths.Length; sentence++)
        {
            Tensor rows = engine.SliceRows(joined, start, lengths[sentence]);
            var heads = new Tensor[settings.Heads];
            for (int head = 0; head < heads.Length; head++)
            {
                Tensor queries = engine.SliceColumns(rows, head * headWidth, headWidth);
                Tensor keys = engine.SliceColumns(rows, width + (head * headWidth), headWidth);
                Tensor values = engine.SliceColumns(rows, (2 * width) + (head * headWidth), headWidth);
                heads[head] = engine.EntityAttention(queries, keys, values, AttentionActivation.Softmax);
            }

            sentences[sentence] = engine.ConcatenateColumns(heads);
            start += lengths[sentence];
        }

        return engine.Read(Linear(engine.ConcatenateRows(sentences), attentionOutput, attentionOutputBias));
    }
}
