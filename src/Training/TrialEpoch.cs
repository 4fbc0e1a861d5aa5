namespace CranePipeline.Training;

/// <summary>How far a trial of a search has come.</summary>
/// <param name="Epoch">Epochs that it has, those of a checkpoint included.</param>
/// <param name="Most">How many it may have; early stopping may end it before.</param>
public readonly record struct TrialEpoch(int Epoch, int Most);
