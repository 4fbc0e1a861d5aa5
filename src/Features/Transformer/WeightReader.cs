using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Features;

/// <summary>Finds weights under the names a BERT model is saved with, whatever it is wrapped in.</summary>
internal sealed class WeightReader
{
    private const string WordEmbeddings = "embeddings.word_embeddings.weight";
    private static readonly string[] Wrappings = ["", "bert.", "model.", "0.auto_model."];

    private readonly SafeTensors tensors;
    private readonly string prefix;

    internal WeightReader(SafeTensors tensors, string path)
    {
        this.tensors = tensors;
        prefix =
            Wrappings.FirstOrDefault(wrapping => tensors.Has(wrapping + WordEmbeddings))
            ?? throw new InputException($"'{path}' has no tensor '{WordEmbeddings}', so it holds no BERT model.");
    }

    internal Matrix Read(string name, int rows, int columns) => tensors.Read(prefix + name, rows, columns);

    /// <summary>Scale and shift of a layer normalisation; the first BERT files call them gamma and beta.</summary>
    internal (Matrix Scale, Matrix Shift) ReadNorm(string name, int width) =>
        tensors.Has($"{prefix}{name}.gamma")
            ? (Read($"{name}.gamma", 1, width), Read($"{name}.beta", 1, width))
            : (Read($"{name}.weight", 1, width), Read($"{name}.bias", 1, width));
}
