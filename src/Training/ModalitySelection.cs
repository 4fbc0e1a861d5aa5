using CranePipeline.Tables;

namespace CranePipeline.Training;

/// <summary>The modalities a run uses, checked for what it needs of them.</summary>
internal static class ModalitySelection
{
    public static IReadOnlyList<ModalityInput> Of(ModelOptions model, TrainingInput input)
    {
        if (model.Needs == ModelNeeds.Interactions || model is not MultimodalOptions options)
        {
            return [];
        }

        string known = string.Join(", ", input.Modalities.Select(static m => m.Name));
        List<ModalityInput> chosen = [.. input.Modalities];
        if (options.Modalities is { } names)
        {
            chosen.Clear();
            foreach (string name in names)
            {
                chosen.Add(
                    input.Modalities.FirstOrDefault(m => m.Name == name)
                        ?? throw new InputException($"train.modalities names {name}, but this data set has: {known}.")
                );
            }
        }

        if (chosen.Count == 0)
        {
            throw new InputException(
                "the model needs at least one modality and this data set has "
                    + "none: use a model of interactions alone, such as -Model lightgcn"
            );
        }

        foreach (string name in options.WeightsByModality?.Keys ?? [])
        {
            if (input.Modalities.All(m => m.Name != name))
            {
                throw new InputException($"train.modalityWeights names {name}, but this data set has: {known}.");
            }
        }

        if (chosen.Sum(m => FeatureSimilarity.Weight(options.WeightsByModality, m.Name)) <= 0)
        {
            string used = string.Join(", ", chosen.Select(static m => m.Name));
            throw new InputException(
                $"train.modalityWeights is 0 for every modality in use ({used}): give one of them a weight above 0, "
                    + "or leave the setting out to weigh them alike."
            );
        }

        bool lacksFeatures = chosen.All(static m => m.Features is null);
        bool lacksCandidates = chosen.All(static m => m.Candidates is null or { Length: 0 });
        if (lacksCandidates && (lacksFeatures || model.Needs == ModelNeeds.Candidates))
        {
            throw new InputException(
                "no modality has candidates: run the candidates stage, or set train.candidateSearch to exact where the model has it"
            );
        }

        foreach (ModalityInput modality in chosen)
        {
            CheckFinite(modality);
        }

        return chosen;
    }

    /// <summary>Width of the features of each modality that the model uses, derived ones included.</summary>
    public static int[] Widths(ModelOptions model, TrainingInput input)
    {
        int derived = (model as MultimodalOptions)?.DerivedFeatureWidth ?? 0;
        return [.. Of(model, input).Select(m => m.Features?.Columns ?? derived)];
    }

    private static void CheckFinite(ModalityInput modality)
    {
        if (modality.Features is not { } features)
        {
            return;
        }

        int place = Array.FindIndex(features.Values, static v => !float.IsFinite(v));
        if (place >= 0)
        {
            throw new InputException(
                $"Feature {place % features.Columns} of item {place / features.Columns} "
                    + $"in modality {modality.Name} is not a finite number: repair the features."
            );
        }
    }
}
