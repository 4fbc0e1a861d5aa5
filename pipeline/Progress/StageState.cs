namespace CranePipeline.Progress;

/// <summary>How a stage ended.</summary>
internal enum StageState
{
    /// <summary>It ran.</summary>
    Built,

    /// <summary>Its artifact was there already.</summary>
    Fresh,

    /// <summary>It did not finish.</summary>
    Failed,
}
