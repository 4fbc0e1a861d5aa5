using CranePipeline.Tables;

namespace CranePipeline.Training;

/// <summary>What a run is trained on. Users and items are numbered from 0; interaction e is (users[e], items[e]).</summary>
public sealed record TrainingInput
{
    /// <summary>Number of users.</summary>
    public required int UserCount { get; init; }

    /// <summary>Number of items.</summary>
    public required int ItemCount { get; init; }

    /// <summary>User of each training interaction; a pair must not repeat.</summary>
    public required int[] TrainUsers { get; init; }

    /// <summary>Item of each training interaction.</summary>
    public required int[] TrainItems { get; init; }

    /// <summary>User of each validation interaction.</summary>
    public required int[] ValidUsers { get; init; }

    /// <summary>Item of each validation interaction.</summary>
    public required int[] ValidItems { get; init; }

    /// <summary>The items' modalities; may be empty for a model that needs none.</summary>
    public IReadOnlyList<ModalityInput> Modalities { get; init; } = [];

    internal void Validate()
    {
        CheckPairs(TrainUsers, TrainItems, "training");
        CheckPairs(ValidUsers, ValidItems, "validation");
        if (TrainUsers.Length == 0)
        {
            throw new InputException("There are no training interactions: check the split and the k-core of this data set.");
        }

        if (ValidUsers.Length == 0)
        {
            throw new InputException(
                "There are no validation interactions, by which training stops: check the shares or labels of the split."
            );
        }

        foreach (ModalityInput modality in Modalities)
        {
            if (modality.Features is { } features && features.Rows != ItemCount)
            {
                throw new InputException(
                    $"Modality {modality.Name} has {features.Rows} feature rows for {ItemCount} items: build the features stage again."
                );
            }

            if (modality.Candidates is { } candidates && (ItemCount == 0 || candidates.Length % ItemCount != 0))
            {
                throw new InputException(
                    $"Modality {modality.Name} has {candidates.Length} candidates, "
                        + $"which is not a whole number for each of {ItemCount} items."
                );
            }
        }
    }

    private void CheckPairs(int[] users, int[] items, string part)
    {
        if (users.Length != items.Length)
        {
            throw new ArgumentException($"The {part} part has {users.Length} users and {items.Length} items.");
        }

        for (int e = 0; e < users.Length; e++)
        {
            if ((uint)users[e] >= (uint)UserCount || (uint)items[e] >= (uint)ItemCount)
            {
                throw new InputException(
                    $"Interaction {e} of the {part} part is (user {users[e]}, item "
                        + $"{items[e]}), but there are {UserCount} users and {ItemCount} items."
                );
            }
        }
    }
}
