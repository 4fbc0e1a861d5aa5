namespace CranePipeline.Evaluation

open System
open System.Collections.Generic

/// <summary>The runs of a sweep.</summary>
[<AbstractClass; Sealed>]
type SweepGrid =

    /// <summary>
    /// Every combination of the settings' values, the first setting varying slowest; one empty combination for no settings.
    /// </summary>
    /// <param name="settings">Values by setting, in the order in which the sweep names them.</param>
    /// <exception cref="T:System.ArgumentException">A setting has no values.</exception>
    static member Expand
        (settings: IEnumerable<KeyValuePair<string, IReadOnlyList<string>>>)
        : IReadOnlyList<IReadOnlyDictionary<string, string>> =
        ArgumentNullException.ThrowIfNull(settings, nameof settings)
        let mutable combinations = [| [] |]

        for entry in settings do
            if entry.Value.Count = 0 then
                raise (ArgumentException $"The sweep has no values for {entry.Key}.")

            combinations <-
                combinations
                |> Array.collect (fun chosen -> [| for value in entry.Value -> (entry.Key, value) :: chosen |])

        [|
            for chosen in combinations ->
                let settings = OrderedDictionary<string, string>()
                chosen |> List.rev |> List.iter (fun (key, value) -> settings[key] <- value)
                settings :> IReadOnlyDictionary<string, string>
        |]
