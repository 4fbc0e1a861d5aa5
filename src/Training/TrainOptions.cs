namespace CranePipeline.Training;

/// <summary>A model's settings, and how it is trained.</summary>
/// <param name="Model">Which model, and its own settings.</param>
/// <param name="Trainer">What every model shares.</param>
public sealed record TrainOptions(ModelOptions Model, TrainerOptions Trainer)
{
    /// <summary>The same with numbers for what is <c>auto</c>, which follow from the sizes of the data and nothing else.</summary>
    public TrainOptions Resolve(TrainingInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return this with { Trainer = AutoSchedule.Resolve(this, input) };
    }

    internal void Validate() => Model.Validate();
}
