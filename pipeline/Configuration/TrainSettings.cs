using CranePipeline.Training;

namespace CranePipeline.Configuration;

/// <summary>Settings of the <c>train</c> stage: the model's own, and the trainer's, which every model shares.</summary>
internal sealed record TrainSettings
{
    /// <summary>The settings of the model that is chosen.</summary>
    [Inline]
    public ModelOptions Model { get; init; } = ModelCatalog.Find(ConfigurationLoader.DefaultModel)!.Default;

    /// <summary>How it is trained.</summary>
    [Inline]
    public TrainerOptions Trainer { get; init; } = new();

    /// <summary>Seed of initial values, batches and negatives; the split's seed where absent.</summary>
    public long? Seed { get; init; }

    /// <summary>The names of all settings that a model takes: its own, and the trainer's as far as they are for it.</summary>
    internal static IEnumerable<string> NamesFor(ModelOptions model)
    {
        IEnumerable<string> all = SettingSchema.Of(typeof(TrainSettings), model.GetType()).Names;
        return new TrainOptions(model, new()).UsesNegatives
            ? all
            : all.Except([SettingSchema.NameOf(nameof(TrainerOptions.NegativeCandidates))]);
    }

    /// <summary>Both together.</summary>
    internal TrainOptions Options => new(Model, Trainer);

    /// <summary>Checks both together.</summary>
    public void Validate() => Options.Validate();
}
