namespace CranePipeline.Ingest;

/// <summary>The part of a split that an interaction belongs to.</summary>
public enum SplitPart : byte
{
    /// <summary>Learnt from.</summary>
    Train = 0,

    /// <summary>Chooses the epoch and the settings.</summary>
    Valid = 1,

    /// <summary>Measured on.</summary>
    Test = 2,

    /// <summary>In no part.</summary>
    Dropped = 3,
}
