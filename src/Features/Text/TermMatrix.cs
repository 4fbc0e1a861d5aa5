using CranePipeline.Tensors;

namespace CranePipeline.Features;

/// <summary>TF-IDF of a collection of sentences.</summary>
/// <param name="Weights"><c>[items × terms]</c>, rows of unit length; a row is empty where the item has no term that counts.</param>
/// <param name="Present"><c>[items]</c>; whether the item has any word at all.</param>
/// <param name="DroppedWords"><c>[items]</c>; words of the description left out as boilerplate.</param>
internal sealed record TermMatrix(CsrMatrix Weights, bool[] Present, int[] DroppedWords);
