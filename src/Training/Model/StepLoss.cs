using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>The parts of eq. 20 for one batch, weights included; Total is what Backward starts from.</summary>
internal readonly record struct StepLoss(Tensor Total, Tensor Bpr, Tensor? Contrastive, Tensor? Regularization);
