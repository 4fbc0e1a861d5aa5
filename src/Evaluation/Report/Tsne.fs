/// Exact t-SNE (van der Maaten and Hinton, 2008) for a few hundred points.
module internal CranePipeline.Evaluation.Tsne

open System
open CranePipeline.Tensors

let private iterations = 750
let private exaggerated = 150

let private squaredDistances (points: Matrix) =
    let n = points.Rows

    Array2D.init n n (fun i j ->
        let mutable sum = 0.0

        for d in 0 .. points.Columns - 1 do
            let difference = float points[i, d] - float points[j, d]
            sum <- sum + difference * difference

        sum)

/// One point's probabilities over the others at the precision whose entropy is that of the perplexity.
let private conditional (distances: float[,]) perplexity i =
    let n = Array2D.length1 distances

    let nearest =
        Seq.init n (fun j -> if j = i then infinity else distances[i, j]) |> Seq.min

    let at precision =
        let weights =
            Array.init n (fun j ->
                if j = i then
                    0.0
                else
                    exp (-precision * (distances[i, j] - nearest)))

        let total = Array.sum weights
        weights |> Array.map (fun weight -> weight / total)

    let entropy (p: float[]) =
        -(p
          |> Array.sumBy (fun share -> if share > 0.0 then share * Math.Log share else 0.0))

    let target = Math.Log perplexity

    let rec search low high precision round =
        let p = at precision
        let excess = entropy p - target

        if round = 100 || abs excess < 1e-6 then
            p
        elif excess > 0.0 then
            let next =
                if Double.IsInfinity high then
                    2.0 * precision
                else
                    (precision + high) / 2.0

            search precision high next (round + 1)
        else
            search low precision ((low + precision) / 2.0) (round + 1)

    // Distances are of any size, so the search starts at their own scale.
    let scale =
        Seq.init n (fun j -> distances[i, j] - nearest)
        |> Seq.filter (fun d -> d > 0.0 && not (Double.IsInfinity d))
        |> Seq.toArray

    search 0.0 infinity (if scale.Length = 0 then 1.0 else 1.0 / Array.average scale) 0

/// Joint probabilities, [n × n], which sum to one.
let joint (points: Matrix) perplexity =
    let n = points.Rows
    let distances = squaredDistances points
    let rows = Array.init n (conditional distances perplexity)
    Array2D.init n n (fun i j -> max 1e-12 ((rows[i][j] + rows[j][i]) / (2.0 * float n)))

/// Places the points in the plane, [n × 2]; the same seed gives the same picture.
let embed (points: Matrix) (seed: int64) =
    let n = points.Rows

    if n < 3 then
        Array2D.init n 2 (fun i d -> if d = 0 then float i else 0.0)
    else
        let p = joint points (min 30.0 (float (n - 1) / 3.0))
        let mutable stream = RandomStream(seed, "t-SNE")
        let place = Array2D.zeroCreate<float> n 2

        for i in 0 .. n - 1 do
            place[i, 0] <- 1e-4 * stream.NextNormal()
            place[i, 1] <- 1e-4 * stream.NextNormal()

        let velocity = Array2D.zeroCreate<float> n 2
        let gain = Array2D.create n 2 1.0
        let kernel = Array2D.zeroCreate<float> n n
        let rate = max 50.0 (float n / 12.0)

        for iteration in 0 .. iterations - 1 do
            let mutable total = 0.0

            for i in 0 .. n - 1 do
                for j in 0 .. n - 1 do
                    if i <> j then
                        let x, y = place[i, 0] - place[j, 0], place[i, 1] - place[j, 1]
                        kernel[i, j] <- 1.0 / (1.0 + x * x + y * y)
                        total <- total + kernel[i, j]

            let exaggeration = if iteration < exaggerated then 12.0 else 1.0
            let momentum = if iteration < exaggerated then 0.5 else 0.8
            let gradient = Array2D.zeroCreate<float> n 2

            for i in 0 .. n - 1 do
                for j in 0 .. n - 1 do
                    if i <> j then
                        let pull = 4.0 * (exaggeration * p[i, j] - kernel[i, j] / total) * kernel[i, j]
                        gradient[i, 0] <- gradient[i, 0] + pull * (place[i, 0] - place[j, 0])
                        gradient[i, 1] <- gradient[i, 1] + pull * (place[i, 1] - place[j, 1])

            for i in 0 .. n - 1 do
                for d in 0..1 do
                    let agrees = (gradient[i, d] > 0.0) = (velocity[i, d] > 0.0)
                    gain[i, d] <- max 0.01 (if agrees then gain[i, d] * 0.8 else gain[i, d] + 0.2)
                    velocity[i, d] <- momentum * velocity[i, d] - rate * gain[i, d] * gradient[i, d]
                    place[i, d] <- place[i, d] + velocity[i, d]

        place
