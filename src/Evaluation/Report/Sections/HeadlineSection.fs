/// The number that matters.
module internal CranePipeline.Evaluation.HeadlineSection

open System
open Markup
open Results

/// "p < 0.001 across users" and the like, for the best evidence there is.
let private evidence (rival: Comparison) =
    let say p among =
        if Double.IsNaN p then
            None
        else
            let shown =
                if p < 0.001 then
                    "p < 0.001"
                else
                    "p = " + Figures.probability p

            Some $"{shown} across {among}"

    let parts =
        List.choose id [ say rival.UsersWilcoxonAdjusted "users"; say rival.SeedsTAdjusted "seeds" ]

    if parts.IsEmpty then "" else String.Join(", ", parts)

/// The number that matters, once for each headline.
let heroes (metric: string) (headlines: Headline[]) =
    let block (headline: Headline) =
        let against =
            match headline.Rival with
            | Some rival ->
                let change = Figures.change rival.Improvement
                let proof = evidence rival
                let direction = if rival.Improvement >= 0.0 then "up" else "down"

                element
                    "p"
                    [ "class", "against" ]
                    [
                        element "strong" [ "class", direction ] [ change ]
                        text $" against {rival.Second} ({Figures.metric rival.SecondMean})"
                    ]
                + (if proof = "" then
                       ""
                   else
                       element "p" [ "class", "proof" ] [ text proof ])
            | None -> ""

        element
            "div"
            [ "class", "hero" ]
            [
                element
                    "p"
                    [ "class", "what" ]
                    [
                        text $"{headline.Subject.Model}, {Figures.heading metric}, {headline.Dataset}"
                    ]
                element
                    "p"
                    [ "class", "number" ]
                    [
                        headline.Value
                        |> Option.map (fun value -> Figures.metric value.Mean)
                        |> Figures.orEmpty
                    ]
                against
                element "p" [ "class", "proof" ] [ text (seedsInWords headline.Subject.Runs) ]
            ]

    match headlines with
    | [||] -> ""
    | blocks -> element "div" [ "class", "heroes" ] (Array.map block blocks)

/// The number that matters, once for each data set.
let headline (input: ReportInput) = heroes input.Metric (headlines input)
