namespace CranePipeline.Training;

/// <summary>A model's settings, and how it is trained.</summary>
/// <param name="Model">Which model, and its own settings.</param>
/// <param name="Trainer">What every model shares.</param>
public sealed record TrainOptions(ModelOptions Model, TrainerOptions Trainer)
{
    internal void Validate() => Model.Validate();
}
