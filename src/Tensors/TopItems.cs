namespace CranePipeline.Tensors;

/// <summary>Ranked items of each query, both <c>[queries × K]</c>, row after row.</summary>
public sealed record TopItems(int QueryCount, int K, int[] Items, float[] Scores);
