namespace CranePipeline.Evaluation

/// <summary>What the members of a group have in common.</summary>
type GroupKind =
    /// <summary>Users with so many training interactions.</summary>
    | UsersByInteractions = 0
    /// <summary>Positives on items with so many training interactions.</summary>
    | ItemsByInteractions = 1
