using CranePipeline.Tables;

namespace CranePipeline.Training;

/// <summary>A model's settings, and how it is trained.</summary>
/// <param name="Model">Which model, and its own settings.</param>
/// <param name="Trainer">What every model shares.</param>
public sealed record TrainOptions(ModelOptions Model, TrainerOptions Trainer)
{
    /// <summary>Whether the loss sets a positive against the batch's drawn negative, so that it matters which is drawn.</summary>
    public bool UsesNegatives => Model.UsesNegatives;

    /// <summary>What a result depends on besides the settings where the batch is <c>auto</c>: the steps that an epoch is given; else null.</summary>
    public int? AutoSteps => Trainer.BatchSize is null ? AutoSchedule.Steps : null;

    /// <summary>The same with numbers for what is <c>auto</c>, which follow from the sizes of the data and nothing else.</summary>
    public TrainOptions Resolve(TrainingInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return this with { Trainer = AutoSchedule.Resolve(this, input) };
    }

    /// <summary>Checks the model's settings, and what they and the trainer's may not be together.</summary>
    /// <exception cref="InputException">Names the settings and what to do.</exception>
    public void Validate()
    {
        Model.Validate();
        if (Trainer.NegativeCandidates > 1 && Model.IsTrained && !UsesNegatives)
        {
            throw new InputException(
                $"train.negativeCandidates is {Trainer.NegativeCandidates}, but {ModelCatalog.Of(Model).Title} ranks no positive above a "
                    + "drawn negative: leave it at 1."
            );
        }
    }
}
