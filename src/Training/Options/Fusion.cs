namespace CranePipeline.Training;

/// <summary>How the modalities become one representation of an item (CRANE, section 4.6).</summary>
public enum Fusion
{
    /// <summary>Recursive cross-modal attention, then side by side.</summary>
    Attention,

    /// <summary>The projected features side by side, without attention.</summary>
    Concat,

    /// <summary>The sum of the projected features.</summary>
    Sum,

    /// <summary>The mean of the modalities' similarity matrices.</summary>
    GraphAverage,
}
