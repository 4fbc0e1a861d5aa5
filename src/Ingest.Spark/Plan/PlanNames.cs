namespace CranePipeline.Ingest.Spark.Plan;

/// <summary>What a plan calls its views and tables: all begin alike, so that two runs on one cluster stay apart.</summary>
/// <param name="Prefix">How they begin.</param>
public sealed record PlanNames(string Prefix = "crane")
{
    /// <summary>A raw file's lines as Spark reads them.</summary>
    public string Text(int file) => $"{Prefix}_text_{file}";

    /// <summary>These lines with their places.</summary>
    public string Lines(int file) => $"{Prefix}_lines_{file}";

    /// <summary>A raw file's fields, as texts.</summary>
    public string Fields(int file) => $"{Prefix}_fields_{file}";

    /// <summary>A row a line of all files: values, or what is wrong.</summary>
    public string Rows => $"{Prefix}_rows";

    /// <summary>A row a stretch of a file that one task has read.</summary>
    public string Blocks => $"{Prefix}_blocks";

    /// <summary>The rows with their line numbers, headers marked.</summary>
    public string Judged => $"{Prefix}_judged";

    /// <summary>Distinct (user, item) pairs.</summary>
    public string Pairs => $"{Prefix}_pairs";

    /// <summary>What is left after a round of the k-core.</summary>
    public string KCore(int round) => round == 0 ? Pairs : $"{Prefix}_kcore_{round}";

    /// <summary>Raw user ids in their order.</summary>
    public string UserOrder => $"{Prefix}_user_order";

    /// <summary>Raw item ids in their order.</summary>
    public string ItemOrder => $"{Prefix}_item_order";

    /// <summary>Raw user ids with their integer ids.</summary>
    public string Users => $"{Prefix}_users";

    /// <summary>Raw item ids with their integer ids.</summary>
    public string Items => $"{Prefix}_items";

    /// <summary>The k-core with integer and raw ids.</summary>
    public string Interactions => $"{Prefix}_interactions";

    /// <summary>Interactions with integer ids alone, as this program sends them.</summary>
    public string Numbers => $"{Prefix}_numbers";

    /// <summary>Interactions with what a split orders them by.</summary>
    public string Keys => $"{Prefix}_keys";

    /// <summary>How many interactions come before each stretch of a split's order.</summary>
    public string Histogram => $"{Prefix}_histogram";

    /// <summary>The places of the interactions in the stretches that a split cuts.</summary>
    public string CutRows => $"{Prefix}_cut_rows";

    /// <summary>Interactions with their parts.</summary>
    public string Split => $"{Prefix}_split";
}
