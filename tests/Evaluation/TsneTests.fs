namespace CranePipeline.Evaluation.Tests

open NUnit.Framework
open CranePipeline.Evaluation
open CranePipeline.Tensors

[<TestFixture>]
type TsneTests() =

    /// Four well separated clouds of fifteen points in ten dimensions.
    let clouds =
        let mutable stream = RandomStream(3L, "t-SNE tests")
        let points = Matrix(60, 10)

        for i in 0..59 do
            for d in 0..9 do
                points[i, d] <- (if d = i / 15 then 8f else 0f) + 0.5f * float32 (stream.NextNormal())

        points

    [<Test>]
    member _.``probabilities are symmetric, sum to one and have the perplexity asked for``() =
        let p = Tsne.joint clouds 12.0
        let n = Array2D.length1 p
        Assert.That(Seq.sum (Seq.cast<float> p), Is.EqualTo(1.0).Within(1e-6))

        for i in 0 .. n - 1 do
            for j in 0 .. i - 1 do
                Assert.That(p[i, j], Is.EqualTo p[j, i])

        // The mean row entropy of the symmetrised matrix is near that of its rows.
        let entropy i =
            let row = [ for j in 0 .. n - 1 -> p[i, j] * float n ]
            let total = List.sum row
            -(row |> List.sumBy (fun share -> share / total * log (share / total)))

        Assert.That(exp (Seq.averageBy entropy [ 0 .. n - 1 ]), Is.EqualTo(12.0).Within(1.5))

    [<Test>]
    member _.``clouds stay together``() =
        let place = Tsne.embed clouds 7L

        let distance i j =
            (place[i, 0] - place[j, 0]) ** 2.0 + (place[i, 1] - place[j, 1]) ** 2.0

        for i in 0..59 do
            let nearest =
                [ 0..59 ] |> List.filter ((<>) i) |> List.sortBy (distance i) |> List.take 5

            Assert.That(nearest |> List.forall (fun j -> j / 15 = i / 15), Is.True, $"point {i}")

    [<Test>]
    member _.``a seed gives one picture``() =
        Assert.That(Tsne.embed clouds 7L, Is.EqualTo(box (Tsne.embed clouds 7L)))
        Assert.That(Tsne.embed clouds 8L, Is.Not.EqualTo(box (Tsne.embed clouds 7L)))

    [<Test>]
    member _.``few points and equal points do no harm``() =
        for n in 1..5 do
            let place = Tsne.embed (Matrix(n, 3)) 1L
            Assert.That(Seq.cast<float> place |> Seq.forall System.Double.IsFinite, Is.True)
