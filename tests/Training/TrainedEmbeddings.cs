using CranePipeline.Tensors;

namespace CranePipeline.Training.Tests;

/// <summary>The embeddings of a trained model that scores by inner products.</summary>
internal static class TrainedEmbeddings
{
    public static Matrix UserEmbeddings(this TrainResult result) => ((InnerProducts)result.Scorer).Users;

    public static Matrix ItemEmbeddings(this TrainResult result) => ((InnerProducts)result.Scorer).Items;
}
