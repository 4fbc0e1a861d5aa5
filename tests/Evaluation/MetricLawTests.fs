namespace CranePipeline.Evaluation.Tests

open System
open FsCheck
open FsCheck.NUnit
open NUnit.Framework
open CranePipeline.Evaluation

/// Laws that metrics keep on any lists.
[<TestFixture>]
type MetricLawTests() =

    let table seed =
        let part = SampleReport.part 60 80 (int64 seed)
        let lists = SampleReport.lists part 40 0.4 (int64 seed)
        part, lists, Metrics.Compute(lists, part, [| 1; 3; 10; 40 |])

    let accuracy = [ "recall"; "ndcg"; "precision"; "map"; "hit"; "mrr" ]

    [<FsCheck.NUnit.Property(MaxTest = 25)>]
    member _.``accuracy lies between 0 and 1``(seed: int16) =
        let _, _, metrics = table seed

        accuracy
        |> List.forall (fun name ->
            metrics.Cutoffs
            |> Seq.forall (fun k ->
                metrics.PerUser[$"{name}@{k}"]
                |> Array.forall (fun value -> value >= 0.0 && value <= 1.0 + 1e-12)))

    [<FsCheck.NUnit.Property(MaxTest = 25)>]
    member _.``recall, hit rate, MRR and coverage never fall with K``(seed: int16) =
        let _, _, metrics = table seed

        [ "recall"; "hit"; "mrr"; "coverage" ]
        |> List.forall (fun name ->
            metrics.Cutoffs
            |> Seq.map (fun k -> metrics.Means[$"{name}@{k}"])
            |> Seq.pairwise
            |> Seq.forall (fun (a, b) -> a <= b + 1e-12))

    [<FsCheck.NUnit.Property(MaxTest = 25)>]
    member _.``a cutoff's values do not depend on the other cutoffs``(seed: int16) =
        let part, lists, metrics = table seed
        let alone = Metrics.Compute(lists, part, [| 10 |])
        alone.Means |> Seq.forall (fun entry -> metrics.Means[entry.Key] = entry.Value)

    [<FsCheck.NUnit.Property(MaxTest = 25)>]
    member _.``a list that begins with all positives is perfect``(seed: int16) =
        let part = SampleReport.part 60 80 (int64 seed)
        let k = 30
        let items = Array.create (part.Users.Length * k) -1

        part.Users
        |> Array.iteri (fun position user ->
            let positives = part.Positives.RowColumns(user).ToArray()
            Array.Copy(positives, 0, items, position * k, positives.Length))

        let metrics = Metrics.Compute(RankedLists(part.Users, k, items), part, [| k |])

        [ "recall"; "ndcg"; "map"; "hit"; "mrr" ]
        |> List.forall (fun name -> abs (metrics.Means[$"{name}@{k}"] - 1.0) < 1e-12)

    [<FsCheck.NUnit.Property(MaxTest = 25)>]
    member _.``user groups average to the whole, weighted by their users``(seed: int16) =
        let part, _, metrics = table seed
        let groups = Groups.ByUserActivity(metrics, part, [| 5; 10; 20 |])
        let users = groups |> Seq.sumBy _.Users

        let weighted =
            groups |> Seq.sumBy (fun group -> float group.Users * group.Means["ndcg@10"])

        users = metrics.Users.Length
        && abs (weighted / float users - metrics.Means["ndcg@10"]) < 1e-12

    [<FsCheck.NUnit.Property(MaxTest = 25)>]
    member _.``item groups share out all positives and all hits``(seed: int16) =
        let part, lists, metrics = table seed
        let groups = Groups.ByItemPopularity(lists, part, [| 10 |], [| 3; 8 |])

        let positives =
            part.Users |> Array.sumBy (fun user -> part.Positives.RowColumns(user).Length)
        // Precision counts hits out of K, and so adds up over groups.
        let hits =
            groups
            |> Seq.sumBy (fun group -> float group.Users * group.Means["precision@10"])

        (groups |> Seq.sumBy _.Positives) = positives
        && abs (hits - float metrics.Users.Length * metrics.Means["precision@10"]) < 1e-9

    [<FsCheck.NUnit.Property(MaxTest = 25)>]
    member _.``ranks of hits tell the hit rate``(seed: int16) =
        let part, lists, metrics = table seed
        let ranks = HitRanks.Find(lists, part)

        let hit =
            Array.zip ranks.Users ranks.Ranks
            |> Array.filter (fun (_, rank) -> rank > 0 && rank <= 10)
            |> Array.map fst
            |> Array.distinct

        abs (float hit.Length / float part.Users.Length - metrics.Means["hit@10"]) < 1e-12

    [<Test>]
    member _.``one item for everybody: full concentration``() =
        let training = Matrices.ofRows 4 [| [| 1 |]; [| 1 |]; [| 2 |]; [| 3 |] |]

        let part =
            EvaluationPart.Create(training, Matrices.ofRows 4 [| [| 0 |]; [| 0 |]; [| 0 |]; [| 0 |] |])

        let metrics =
            Metrics.Compute(RankedLists(part.Users, 1, [| 0; 0; 0; 0 |]), part, [| 1 |])

        Assert.That(metrics.Means["coverage@1"], Is.EqualTo 0.25)
        Assert.That(metrics.Means["gini@1"], Is.EqualTo 0.75, "(n − 1) / n, the most there is with n items")

        Assert.That(
            metrics.Means["novelty@1"],
            Is.EqualTo 2.0,
            "an item that training never saw counts as seen by one of four users"
        )

        Assert.That(metrics.Means["popularity@1"], Is.EqualTo 0.0)

    [<Test>]
    member _.``a part without users has names of metrics and no values``() =
        let part =
            EvaluationPart.Create(Matrices.ofRows 3 [| [| 0 |] |], Matrices.ofRows 3 [| [||] |])

        let lists = RankedLists([||], 3, [||])
        let metrics = Metrics.Compute(lists, part, [| 5 |])
        Assert.That(metrics.Means, Is.Empty)
        Assert.That(metrics.Names, Is.SupersetOf [| "recall@5"; "novelty@5"; "coverage@5"; "gini@5" |])
        Assert.That(Groups.ByUserActivity(metrics, part, [| 5 |]), Is.Empty)
        Assert.That(Groups.ByItemPopularity(lists, part, [| 5 |], [| 5 |]), Is.Empty)

    [<Test>]
    member _.``why nobody is scored is told``() =
        let reason training positives =
            EvaluationPart.Create(Matrices.ofRows 3 training, Matrices.ofRows 3 positives).NobodyBecause

        Assert.That(reason [| [| 0 |]; [| 1 |] |] [| [||]; [||] |], Is.EqualTo "the part has no interactions")

        Assert.That(
            reason [| [||]; [||]; [| 2 |] |] [| [| 0 |]; [| 1 |]; [||] |],
            Is.EqualTo "none of the 2 users of the part has a training interaction"
        )

        Assert.That(
            reason [| [||]; [| 2 |] |] [| [| 0 |]; [||] |],
            Is.EqualTo "the only user of the part has no training interaction"
        )

        Assert.That(reason [| [| 0 |] |] [| [| 1 |] |], Is.Null)

    [<Test>]
    member _.``empty lists find nothing, and have neither novelty nor concentration``() =
        let part =
            EvaluationPart.Create(
                Matrices.ofRows 4 [| [| 0 |]; [| 1; 2 |]; [| 3 |] |],
                Matrices.ofRows 4 [| [| 1 |]; [| 0 |]; [| 0 |] |]
            )

        let none =
            Metrics.Compute(RankedLists(part.Users, 2, Array.create 6 -1), part, [| 2 |])

        Assert.That(none.Means["recall@2"], Is.EqualTo 0.0)
        Assert.That(none.Means.Keys, Has.None.StartsWith("novelty").And.None.StartsWith("gini"))

        let some =
            Metrics.Compute(RankedLists(part.Users, 2, [| 1; 2; -1; -1; -1; -1 |]), part, [| 2 |])

        Assert.That(some.PerUser["popularity@2"], Is.EqualTo(box [| 1.0; nan; nan |]))
        Assert.That(some.Means["popularity@2"], Is.EqualTo 1.0, "a mean over the users who hold anything")

    [<Test>]
    member _.``cutoffs above the number of items are those of whole lists``() =
        let part = SampleReport.part 60 30 3L
        let lists = SampleReport.lists part 30 0.4 3L
        let metrics = Metrics.Compute(lists, part, [| 30; 50; 500 |])
        Assert.That(metrics.Means["recall@500"], Is.EqualTo metrics.Means["recall@30"])
        Assert.That(metrics.Means["ndcg@50"], Is.EqualTo metrics.Means["ndcg@30"])
        Assert.That(metrics.Means["coverage@50"], Is.EqualTo metrics.Means["coverage@30"])
        Assert.That(metrics.Means["precision@50"], Is.EqualTo(metrics.Means["precision@30"] * 30.0 / 50.0).Within 1e-12)
        Assert.That(EvaluateOptions().ListLength 30, Is.EqualTo 30)
        Assert.That(EvaluateOptions().CutoffsAbove 15, Is.EqualTo(box [| 20; 50 |]))

    [<Test>]
    member _.``cutoffs beyond the lists and lists of other users are refused``() =
        let part, lists, _ = table 1s

        Assert.That(
            Action(fun () -> Metrics.Compute(lists, part, [| 41 |]) |> ignore),
            Throws.ArgumentException.With.Message.Contains "(40)"
        )

        let others = RankedLists(Array.map ((+) 1) lists.Users, lists.K, lists.Items)
        Assert.That(Action(fun () -> Metrics.Compute(others, part, [| 5 |]) |> ignore), Throws.ArgumentException)
