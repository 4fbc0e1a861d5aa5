namespace CranePipeline.Evaluation

open System.Collections.Generic

/// <summary>
/// A grid of runs. Two settings with several values each are drawn as a heat map, one as a line, named variants as a table with bars.
/// </summary>
[<Sealed>]
type ReportSweep() =

    /// <summary>Its name: "ablation", "layers".</summary>
    member val Name = "" with get, set

    /// <summary>Name of the data set.</summary>
    member val Dataset = "" with get, set

    /// <summary>Runs there would be with all of the grid finished; 0 where not known.</summary>
    member val Planned = 0 with get, set

    /// <summary>The finished runs, in the grid's order.</summary>
    member val Cells: IReadOnlyList<SweepCell> = [||] with get, set
