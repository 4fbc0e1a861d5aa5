/// Lines over a value axis, and over categories.
module internal CranePipeline.Evaluation.LineChart

open System
open Drawing
open Markup
open Scale

/// One line, or one row's marks: a name, the number of its colour, and points.
type Series =
    {
        Name: string
        Colour: int
        Points: (float * float) list
        /// Points that stand out, such as the epoch that was kept.
        Marked: (float * float) list
    }

/// At most about `most` of the points, the last among them: enough to point at, without thousands of marks.
let private thinned most (points: (float * float) list) =
    let every = max 1 ((points.Length + most - 1) / most)

    points
    |> List.indexed
    |> List.filter (fun (i, _) -> i % every = 0 || i = points.Length - 1)
    |> List.map snd

/// Lines over two even or logarithmic axes. `tip` says what a point means.
let lines
    name
    xName
    yName
    (logX: bool)
    (logY: bool)
    (fromZero: bool)
    (tip: Series -> float * float -> string)
    (series: Series list)
    =
    let series = series |> List.filter (fun one -> not one.Points.IsEmpty)
    let all = series |> List.collect _.Points

    if all.IsEmpty then
        ""
    else
        let keys = series |> List.map (fun one -> one.Name, one.Colour) |> List.distinct
        let key, top = if keys.Length > 1 then legend 14.0 true keys else [], 6.0
        let left, right, top, bottom = 56.0, width - 14.0, top + 20.0, top + 220.0

        let range pick =
            all |> List.map pick |> fun values -> List.min values, List.max values

        // Epochs and settings such as layers are counted: there is no epoch and a half.
        let least =
            if all |> List.forall (fun (a, _) -> a = floor a) then
                1.0
            else
                0.0

        let x =
            (if logX then logarithmic else linearBy least false 6) (range fst) (left, right)

        let y = (if logY then logarithmic else linear fromZero 5) (range snd) (bottom, top)
        let hover = 60 / max 1 (series.Length / 4)

        drawing
            name
            (bottom + 40.0)
            [
                yield! key
                yield! axes x y left right top bottom xName yName
                for one in series do
                    let steps =
                        one.Points
                        |> List.mapi (fun i (a, b) ->
                            $"""{(if i = 0 then "M" else "L")}{number (x.Place a)} {number (y.Place b)}""")

                    yield empty "path" [ "class", $"line {stroke one.Colour}"; "d", String.Concat steps ]

                    // A few points are values of their own and shown; many are a curve that can be pointed at.
                    let kind = if one.Points.Length <= 12 then "dot" else "hover"

                    for point in thinned hover one.Points do
                        yield mark kind one.Colour (x.Place(fst point)) (y.Place(snd point)) 3.0 (tip one point)

                    for point in one.Marked do
                        yield mark "dot" one.Colour (x.Place(fst point)) (y.Place(snd point)) 4.0 (tip one point + ", kept")
            ]

/// Categories along the x axis, each with a mark on a stem for every series, side by side; points are (number of the category, value).
/// `names` are the categories with what stands below them, such as their size.
let categories name xName yName (names: (string * string) list) (series: Series list) =
    let all = series |> List.collect _.Points

    if all.IsEmpty then
        ""
    else
        let key, top =
            legend 14.0 false (series |> List.map (fun one -> one.Name, one.Colour))

        let left, right, top, bottom = 56.0, width - 14.0, top + 20.0, top + 200.0
        let y = linear true 5 (0.0, all |> List.map snd |> List.max) (bottom, top)
        let slot = (right - left) / float names.Length
        let apart = min 16.0 (0.7 * slot / float series.Length)
        let middle i = left + (float i + 0.5) * slot

        let place i n =
            middle i + (float n - 0.5 * float (series.Length - 1)) * apart

        drawing
            name
            (bottom + 58.0)
            [
                yield! key
                for tick in y.Ticks do
                    yield rule "grid" left (y.Place tick) right (y.Place tick)
                    yield label (left - 6.0) (y.Place tick + 4.0) "end" "tick" (y.Label tick)
                yield rule "axis" left bottom right bottom
                yield label left (top - 8.0) "start" "name" yName
                for i, (upper, lower) in List.indexed names do
                    yield label (middle i) (bottom + 16.0) "middle" "tick" upper
                    yield label (middle i) (bottom + 31.0) "middle" "faint" lower
                yield label ((left + right) / 2.0) (bottom + 49.0) "middle" "name" xName
                for n, one in List.indexed series do
                    for a, b in one.Points do
                        let x = place (int a) n
                        let size = min 3.5 (0.4 * apart)
                        yield rule $"stem {colour one.Colour}" x bottom x (y.Place b)
                        yield mark "dot" one.Colour x (y.Place b) size $"{one.Name}, {fst names[int a]}: {Figures.metric b}"
            ]
