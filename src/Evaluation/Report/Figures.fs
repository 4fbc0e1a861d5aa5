/// How numbers are written, the same everywhere and in every culture.
module internal CranePipeline.Evaluation.Figures

open System
open System.Globalization

let private invariant = CultureInfo.InvariantCulture
let private text (format: string) (value: float) = value.ToString(format, invariant)

/// 19,445
let count (value: int64) = value.ToString("#,0", invariant)

/// A mean of counts: 12, 9.7
let meanCount (value: float) = text "#,0.#" value

/// A metric: four decimals below 1, as papers print them, fewer above.
let metric (value: float) =
    if Double.IsNaN value then "–"
    elif abs value < 10.0 then text "0.0000" value
    else text "0.0" value

/// +4.2 %
let change (share: float) =
    if Double.IsNaN share || Double.IsInfinity share then
        "–"
    else
        text "+0.0;−0.0;0.0" (100.0 * share) + " %"

/// 12.3 %
let percent (share: float) = text "0.0" (100.0 * share) + " %"

/// 99.97 %
let finePercent (share: float) = text "0.00" (100.0 * share) + " %"

/// A p-value: exact down to a thousandth, then only its order.
let probability (p: float) =
    if Double.IsNaN p then "–"
    elif p < 1e-15 then "< 1e-15"
    elif p < 0.001 then text "0.0e0" p
    else text "0.000" p

/// Two or three significant digits, for effect sizes and measures.
let short (value: float) =
    if Double.IsNaN value then
        "–"
    elif Double.IsInfinity value then
        (if value > 0.0 then "∞" else "−∞")
    elif value = 0.0 then
        "0"
    elif abs value >= 100.0 then
        text "#,0" value
    elif abs value >= 10.0 then
        text "0.0" value
    elif abs value >= 0.01 then
        text "0.00#" value
    else
        text "0.0e0" value

/// 340 ms, 4.1 s, 12 min
let duration (seconds: float) =
    if seconds < 0.1 then
        text "0" (1000.0 * seconds) + " ms"
    elif seconds < 10.0 then
        text "0.00" seconds + " s"
    elif seconds < 120.0 then
        text "0.0" seconds + " s"
    elif seconds < 7200.0 then
        text "0" (seconds / 60.0) + " min"
    else
        text "0.0" (seconds / 3600.0) + " h"

/// 812 MB, 1.4 GB
let megabytes (value: float) =
    if value < 1000.0 then
        text "0" value + " MB"
    else
        text "0.0" (value / 1000.0) + " GB"

/// A coordinate in a drawing.
let coordinate (value: float) = text "0.##" value

/// A word as it begins a sentence.
let capital (word: string) =
    if word = "" then
        ""
    else
        string (Char.ToUpperInvariant word[0]) + word[1..]

let private acronyms = set [ "ndcg"; "map"; "mrr" ]

/// "recall@20" as it heads a column: Recall@20, NDCG@20.
let heading (name: string) =
    let metric, rest =
        match name.IndexOf '@' with
        | -1 -> name, ""
        | at -> name[.. at - 1], name[at..]

    let shown =
        if acronyms.Contains metric then metric.ToUpperInvariant()
        elif metric = "hit" then "Hit rate"
        else capital metric

    shown + rest

/// A value in words, or a dash where there is none.
let orEmpty (shown: string option) = Option.defaultValue "–" shown
