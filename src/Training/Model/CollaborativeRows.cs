using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>C of the users and items asked for, and the ID embeddings e of the same users and of the batch's items.</summary>
internal readonly record struct CollaborativeRows(Tensor Users, Tensor Items, Tensor IdUsers, Tensor IdItems);
