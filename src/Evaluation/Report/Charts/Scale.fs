/// How numbers become places in a drawing.
module internal CranePipeline.Evaluation.Scale

open System

/// A scale: a value's place, and the values that are marked on the axis.
type Scale =
    {
        Place: float -> float
        Ticks: float list
        Label: float -> string
    }

let private invariant = Globalization.CultureInfo.InvariantCulture

/// The step of 1, 2 or 5 times a power of ten that divides a range about so many times.
let private step range count =
    let raw = range / float count
    let power = Math.Pow(10.0, floor (log10 raw))

    match raw / power with
    | part when part < 1.5 -> power
    | part when part < 3.5 -> 2.0 * power
    | part when part < 7.5 -> 5.0 * power
    | _ -> 10.0 * power

/// An even scale whose ends are round; `fromZero` makes it begin there, and `least` is the smallest step, 1 for values that are counted.
let linearBy least fromZero count (low: float, high: float) (start: float, stop: float) =
    // An axis that would begin near zero begins there: half a step away from it, lengths mislead and nothing is gained.
    let low =
        if fromZero || (low > 0.0 && low < 0.5 * high) then
            min 0.0 low
        else
            low

    let low, high =
        if high - low < 1e-12 * max 1.0 (abs high) then
            low - 0.5 * max 1e-3 (abs low), high + 0.5 * max 1e-3 (abs high)
        else
            low, high

    let size = max least (step (high - low) count)
    let first, last = floor (low / size + 1e-9), ceil (high / size - 1e-9)
    let digits = max 0 (int (ceil (-(log10 size) - 1e-9)))

    {
        Place = fun value -> start + (value - first * size) / ((last - first) * size) * (stop - start)
        Ticks = [ for i in int first .. int last -> float i * size ]
        Label =
            fun value ->
                if abs value >= 1000.0 then
                    value.ToString("#,0", invariant)
                else
                    value.ToString("F" + string digits, invariant).Replace('-', '−')
    }

/// An even scale whose ends are round; `fromZero` makes it begin there.
let linear fromZero count = linearBy 0.0 fromZero count

/// A scale by powers of ten.
let logarithmic (low: float, high: float) (start: float, stop: float) =
    let first, last = floor (log10 low + 1e-9), ceil (log10 high - 1e-9)
    let last = if last <= first then first + 1.0 else last

    {
        Place = fun value -> start + (log10 (max value 1e-300) - first) / (last - first) * (stop - start)
        Ticks = [ for power in int first .. int last -> Math.Pow(10.0, float power) ]
        Label =
            fun value ->
                if value >= 1.0 then
                    value.ToString("#,0", invariant)
                elif value >= 0.001 then
                    value.ToString("0.###", invariant)
                else
                    let power = int (Math.Round(-(log10 value)))

                    "10⁻"
                    + String.map (fun digit -> "⁰¹²³⁴⁵⁶⁷⁸⁹"[int digit - int '0']) (string power)
    }
