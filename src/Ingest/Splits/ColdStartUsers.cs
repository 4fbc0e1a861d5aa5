namespace CranePipeline.Ingest;

/// <summary>What becomes of validation and test interactions of users without any training interaction.</summary>
public enum ColdStartUsers
{
    /// <summary>They stay where they are and are reported; ranking metrics leave such users out anyway.</summary>
    Keep,

    /// <summary>They are dropped, so that every user of validation and test is known from training.</summary>
    Drop,
}
