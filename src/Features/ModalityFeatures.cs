using CranePipeline.Tensors;

namespace CranePipeline.Features;

/// <summary>One modality's vectors for every item of a data set.</summary>
/// <param name="Modality">The modality's name in the data set file.</param>
/// <param name="Values"><c>[items × width]</c>, standardised as <see cref="FeatureStatistics.Standardization"/> says.</param>
/// <param name="Present"><c>[items]</c>; false where the row is the mean of the others because the source has none for the item.</param>
/// <param name="Statistics">What the table was made of.</param>
public sealed record ModalityFeatures(string Modality, Matrix Values, bool[] Present, FeatureStatistics Statistics);
