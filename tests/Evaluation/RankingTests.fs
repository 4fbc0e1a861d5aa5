namespace CranePipeline.Evaluation.Tests

open System
open System.Collections.Generic
open System.Threading
open NUnit.Framework
open CranePipeline.Evaluation
open CranePipeline.Tables
open CranePipeline.Tensors
open CranePipeline.Tensors.Cpu

[<TestFixture>]
type RankingTests() =

    /// Small whole numbers, so that scores are exact and often equal.
    let embeddings rows columns seed =
        let matrix = Matrix(rows, columns)
        let mutable stream = RandomStream(seed, "ranking tests")

        for i in 0 .. matrix.Values.Length - 1 do
            matrix.Values[i] <- float32 (stream.NextInt32 5 - 2)

        matrix

    let slowly (users: Matrix) (items: Matrix) (part: EvaluationPart) k =
        [|
            for user in part.Users do
                let masked = HashSet(part.Training.RowColumns(user).ToArray())

                let score item =
                    Seq.sum (Seq.init users.Columns (fun d -> users[user, d] * items[item, d]))

                let best =
                    [|
                        for item in 0 .. items.Rows - 1 do
                            if not (masked.Contains item) then
                                yield item
                    |]
                    |> Array.sortBy (fun item -> -(score item), item)
                    |> Array.truncate k

                yield! Array.append best (Array.create (k - best.Length) -1)
        |]

    [<Test>]
    member _.``lists are the highest scores, ties by item, training items left out``() =
        let part = SampleReport.part 120 90 5L
        let users, items = embeddings 120 6 1L, embeddings 90 6 2L
        use engine = new CpuEngine()
        let lists = Ranking.TopItems(engine, InnerProducts(users, items), part, 20)
        Assert.That(lists.Users, Is.EqualTo(box part.Users))
        Assert.That(lists.Items, Is.EqualTo(box (slowly users items part 20)))

    [<Test>]
    member _.``lists longer than what is left are filled up``() =
        let part = SampleReport.part 40 30 6L
        let users, items = embeddings 40 4 1L, embeddings 30 4 2L
        use engine = new CpuEngine()

        Assert.That(
            Ranking.TopItems(engine, InnerProducts(users, items), part, 30).Items,
            Is.EqualTo(box (slowly users items part 30))
        )

    [<Test>]
    member _.``who is scored and what is masked``() =
        let training = Matrices.ofRows 4 [| [| 0; 1 |]; [||]; [| 2 |]; [| 3 |] |]
        let positives = Matrices.ofRows 4 [| [| 2 |]; [| 0 |]; [||]; [| 0; 1 |] |]
        let part = EvaluationPart.Create(training, positives)

        Assert.That(
            part.Users,
            Is.EqualTo(box [| 0; 3 |]),
            "neither the user without training items nor the one without positives"
        )

        Assert.That(part.Excluded.RowColumns(0).ToArray(), Is.EqualTo(box [| 0; 1 |]))
        Assert.That(part.Excluded.RowColumns(1).ToArray(), Is.EqualTo(box [| 3 |]))
        Assert.That(part.ItemPopularity, Is.EqualTo(box [| 1; 1; 1; 1 |]))

    [<Test>]
    member _.``wrong shapes are told``() =
        let part = SampleReport.part 40 30 6L
        use engine = new CpuEngine()

        let rank users items =
            Ranking.TopItems(engine, InnerProducts(users, items), part, 5) |> ignore

        Assert.That(
            Action(fun () -> rank (Matrix(39, 4)) (Matrix(30, 4))),
            Throws.ArgumentException.With.Message.Contains "39 users"
        )

        Assert.That(
            Action(fun () -> rank (Matrix(40, 4)) (Matrix(30, 5))),
            Throws.ArgumentException.With.Message.Contains "equally wide"
        )

        Assert.That(
            Action(fun () ->
                EvaluationPart.Create(Matrices.ofRows 4 [| [| 0 |] |], Matrices.ofRows 5 [| [| 0 |] |])
                |> ignore),
            Throws.ArgumentException.With.Message.Contains "[1 × 5]"
        )

    [<Test>]
    member _.``a cancelled ranking stops``() =
        let part = SampleReport.part 40 30 6L
        use engine = new CpuEngine()
        use source = new CancellationTokenSource()
        source.Cancel()

        Assert.That(
            Action(fun () ->
                Ranking.TopItems(engine, InnerProducts(Matrix(40, 4), Matrix(30, 4)), part, 5, null, source.Token)
                |> ignore),
            Throws.InstanceOf<OperationCanceledException>()
        )

    [<Test>]
    member _.``progress ends at the number of users``() =
        let part = SampleReport.part 40 30 6L
        use engine = new CpuEngine()
        let told = List<WorkProgress>()

        let progress =
            { new IProgress<WorkProgress> with
                member _.Report report = told.Add report
            }

        Ranking.TopItems(engine, InnerProducts(embeddings 40 4 1L, embeddings 30 4 2L), part, 5, progress, CancellationToken.None)
        |> ignore

        Assert.That(told[told.Count - 1].Done, Is.EqualTo(int64 part.Users.Length))
        Assert.That(told[told.Count - 1].Total, Is.EqualTo(int64 part.Users.Length))

    [<Test>]
    member _.``recommendations of chosen users carry their scores``() =
        let part = SampleReport.part 40 30 6L
        let users, items = embeddings 40 4 1L, embeddings 30 4 2L
        use engine = new CpuEngine()

        let everybody =
            Ranking.Recommend(engine, InnerProducts(users, items), part.Training, null, 30, null, CancellationToken.None)

        let chosen =
            Ranking.Recommend(engine, InnerProducts(users, items), part.Training, [| 7; 3; 7 |], 30, null, CancellationToken.None)

        Assert.That(everybody.Lists.Users.Length, Is.EqualTo 40)
        Assert.That(chosen.Lists.Users, Is.EqualTo(box [| 3; 7 |]))
        Assert.That(chosen.Lists.List(1).ToArray(), Is.EqualTo(box (everybody.Lists.List(7).ToArray())))

        for place in 0..29 do
            let item = chosen.Lists.Items[place]

            let score =
                if item < 0 then
                    -infinityf
                else
                    Seq.sum (Seq.init 4 (fun d -> users[3, d] * items[item, d]))

            Assert.That(chosen.Scores[place], Is.EqualTo score)

        let unknown () =
            Ranking.Recommend(engine, InnerProducts(users, items), part.Training, [| 40 |], 5, null, CancellationToken.None)
            |> ignore

        Assert.That(Action unknown, Throws.ArgumentException.With.Message.Contains "0 to 39")

    [<Test>]
    member _.``a sweep's grid varies its last setting fastest``() =
        let values (entries: (string * string list) list) =
            [
                for key, values in entries -> KeyValuePair(key, (List.toArray values :> IReadOnlyList<string>))
            ]

        let grid = SweepGrid.Expand(values [ "a", [ "1"; "2" ]; "b", [ "x"; "y"; "z" ] ])
        let shown = [ for cell in grid -> String.Join(" ", cell.Values) ]
        Assert.That(shown, Is.EqualTo(box [ "1 x"; "1 y"; "1 z"; "2 x"; "2 y"; "2 z" ]))
        Assert.That(SweepGrid.Expand([]).Count, Is.EqualTo 1)
        Assert.That(Action(fun () -> SweepGrid.Expand(values [ "a", [] ]) |> ignore), Throws.ArgumentException)
