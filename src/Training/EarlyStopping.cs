namespace CranePipeline.Training;

/// <summary>When a run validates and when it ends.</summary>
/// <param name="LastEpoch">Epochs at most, from 1.</param>
/// <param name="ValidateEvery">Epochs from one validation to the next; the last epoch is always validated.</param>
/// <param name="Patience">Validations without a better one before it ends.</param>
internal readonly record struct EarlyStopping(int LastEpoch, int ValidateEvery, int Patience)
{
    /// <summary>The rule of settings that have been resolved. A model that is not trained is as good after one epoch as it will ever be.</summary>
    public static EarlyStopping Of(TrainOptions options) =>
        new(options.Model.IsTrained ? options.Trainer.Epochs : 1, options.Trainer.ValidateEvery!.Value, options.Trainer.Patience);

    /// <summary>Whether that epoch, from 1, is validated.</summary>
    public bool Validates(int epoch) => epoch % ValidateEvery == 0 || epoch == LastEpoch;

    /// <summary>Whether a run ends after so many epochs, the last <paramref name="waited"/> validations of which were no better.</summary>
    public bool Ends(int epochs, int waited) => epochs >= LastEpoch || waited >= Patience;

    /// <summary>
    /// Whether a run by this rule comes through that state: it has validated where this rule does, and gone no further than this rule lets
    /// it. So a run goes on from one that had fewer epochs or less patience.
    /// </summary>
    public bool ComesThrough(CheckpointState state)
    {
        int waited = 0;
        bool isOver = false;
        foreach (EpochRecord record in state.History)
        {
            bool isValidated = record.Recall20 is not null;
            if (isOver || isValidated != Validates(record.Epoch))
            {
                return false;
            }

            waited =
                !isValidated ? waited
                : record.IsBest ? 0
                : waited + 1;
            isOver = Ends(record.Epoch, waited);
        }

        return !isOver || state.Partial is null;
    }
}
