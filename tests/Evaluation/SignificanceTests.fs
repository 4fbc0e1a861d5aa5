namespace CranePipeline.Evaluation.Tests

open System
open FsCheck
open FsCheck.NUnit
open NUnit.Framework
open CranePipeline.Evaluation

[<TestFixture>]
type SignificanceTests() =

    let finite (pairs: (NormalFloat * NormalFloat)[]) =
        let bounded (value: NormalFloat) = value.Get % 1000.0
        pairs |> Array.map (fst >> bounded), pairs |> Array.map (snd >> bounded)

    /// The two-sided p-value of the signed-rank test by its definition, over all sign patterns of the differences that are not zero.
    let byEnumeration (differences: float[]) =
        let kept = differences |> Array.filter (fun one -> one <> 0.0)

        let ranks =
            kept
            |> Array.map (fun one ->
                let smaller =
                    kept |> Array.filter (fun other -> abs other < abs one) |> Array.length

                let equal = kept |> Array.filter (fun other -> abs other = abs one) |> Array.length
                float smaller + float (equal + 1) / 2.0)

        let fromMiddle positive =
            abs (
                Seq.sum (Seq.map2 (fun up rank -> if up then rank else 0.0) positive ranks)
                - Array.sum ranks / 2.0
            )

        let observed = kept |> Array.map (fun one -> one > 0.0) |> fromMiddle

        let far =
            [ 0 .. (1 <<< kept.Length) - 1 ]
            |> List.filter (fun pattern ->
                fromMiddle (Array.init kept.Length (fun i -> pattern &&& (1 <<< i) <> 0))
                >= observed)

        float far.Length / float (1 <<< kept.Length)

    [<FsCheck.NUnit.Property(MaxTest = 100)>]
    member _.``turning the pairs round turns the signs and keeps the p-values``(pairs: (NormalFloat * NormalFloat)[]) =
        let a, b = finite pairs

        a.Length < 2
        || (let there, back = Significance.TTest(a, b, 0.9), Significance.TTest(b, a, 0.9)

            let ranks, ranksBack =
                Significance.Wilcoxon(a, b, true), Significance.Wilcoxon(b, a, true)

            there.Statistic = -back.Statistic
            && there.PValue = back.PValue
            && there.Lower = -back.Upper
            && ranks.PValue = ranksBack.PValue
            && ranks.RankBiserial = -ranksBack.RankBiserial
            && there.PValue >= 0.0
            && there.PValue <= 1.0
            && ranks.PValue >= 0.0
            && ranks.PValue <= 1.0)

    [<FsCheck.NUnit.Property(MaxTest = 100)>]
    member _.``Holm's values keep the order, never shrink and stay below 1``(raw: NormalFloat[]) =
        let p = raw |> Array.map (fun value -> abs value.Get % 1.0)
        let adjusted = Significance.Holm p
        let pairs = Array.zip p adjusted

        Array.forall (fun (before, after) -> after >= before && after <= 1.0) pairs
        && Array.allPairs pairs pairs
           |> Array.forall (fun ((p1, a1), (p2, a2)) -> p1 > p2 || a1 <= a2)

    [<Test>]
    member _.``the exact signed-rank distribution by enumeration``() =
        // All 2¹⁰ sign patterns of ten ranks, counted one by one.
        let n = 10

        let sums =
            [|
                for pattern in 0 .. (1 <<< n) - 1 ->
                    Seq.sum (
                        seq {
                            for rank in 1..n do
                                if pattern &&& (1 <<< (rank - 1)) <> 0 then
                                    yield rank
                        }
                    )
            |]

        for w in [ 0; 5; 13; 27 ] do
            // Differences 1 … n of which those that sum to w are negative.
            let mutable left = w
            let second = Array.create n 0.0

            let first =
                Array.init n (fun i ->
                    let rank = n - i

                    if rank <= left then
                        left <- left - rank
                        -(float rank)
                    else
                        float rank)

            let share =
                float (sums |> Array.filter (fun sum -> sum <= w) |> Array.length)
                / float sums.Length

            Assert.That(
                Significance.Wilcoxon(first, second, false).PValue,
                Is.EqualTo(min 1.0 (2.0 * share)).Within(1e-12),
                string w
            )

    [<FsCheck.NUnit.Property(MaxTest = 100)>]
    member _.``with ties and zeros the signed-rank test is that of all sign patterns``(drawn: int8[]) =
        // Few different values, so that most differences are tied and some are zero.
        let differences =
            drawn |> Array.truncate 10 |> Array.map (fun value -> float (value % 4y))

        let test =
            Significance.Wilcoxon(differences, Array.zeroCreate differences.Length, false)

        test.Exact && abs (test.PValue - byEnumeration differences) < 1e-12

    [<TestCase(2, 0.5)>]
    [<TestCase(3, 0.25)>]
    [<TestCase(5, 0.0625)>]
    [<TestCase(50, 1.7763568394002505e-15)>]
    member _.``equal differences are no more significant than others of their sign``(n: int, expected: float) =
        let test = Significance.Wilcoxon(Array.create n 0.25, Array.zeroCreate n, false)
        Assert.That(test.PValue, Is.EqualTo(expected).Within(1e-12 * expected))

    [<Test>]
    member _.``no difference at all, and the same difference everywhere``() =
        let none = Significance.TTest([| 1.0; 2.0 |], [| 1.0; 2.0 |], 0.95)
        Assert.That(none.PValue, Is.EqualTo 1.0)
        Assert.That(Significance.Wilcoxon([| 1.0; 2.0 |], [| 1.0; 2.0 |], false).PValue, Is.EqualTo 1.0)
        let alike = Significance.TTest([| 2.0; 3.0; 4.0 |], [| 1.0; 2.0; 3.0 |], 0.95)
        Assert.That(alike.PValue, Is.EqualTo 0.0)
        Assert.That(alike.Statistic, Is.EqualTo infinity)

    [<Test>]
    member _.``an interval of one value is that value``() =
        let interval = Significance.MeanInterval([| 0.5 |], 0.95)
        Assert.That([| interval.Lower; interval.Mean; interval.Upper |], Is.EqualTo(box [| 0.5; 0.5; 0.5 |]))

    [<Test>]
    member _.``unequal numbers are refused``() =
        Assert.That(Action(fun () -> Significance.TTest([| 1.0; 2.0 |], [| 1.0 |], 0.95) |> ignore), Throws.ArgumentException)

    [<Test>]
    member _.``comparisons pair the shared seeds and users``() =
        let input = SampleReport.input ()
        let compared = Comparisons.Of(input.Runs, "tiktok", "CRANE", "recall@20")

        Assert.That(
            compared |> Seq.map _.Second |> Seq.toArray,
            Is.EqualTo(box [| "BPR"; "LightGCN"; "CRANE without item graph"; "CRANE, one round" |])
        )

        for comparison in compared do
            Assert.That(comparison.Seeds, Is.EqualTo(box [| 9L; 672L; 2024L |]))
            let seeds = comparison.SeedsT |> Option.ofObj |> Option.get
            Assert.That(seeds.MeanDifference, Is.EqualTo(comparison.FirstMean - comparison.SecondMean).Within(1e-12))
            Assert.That(comparison.SeedsTAdjusted, Is.GreaterThanOrEqualTo seeds.PValue)
            let users = comparison.UsersT |> Option.ofObj |> Option.get

            Assert.That(
                users.MeanDifference,
                Is.EqualTo(seeds.MeanDifference).Within(1e-12),
                "the mean over users of the mean over seeds"
            )

        let single =
            Comparisons.Of(input.Runs, "baby-mmrec", "CRANE", "recall@20") |> Seq.exactlyOne

        Assert.That(single.SeedsT, Is.Null, "one seed")
        Assert.That(single.UsersWilcoxon, Is.Not.Null)

    [<Test>]
    member _.``users are paired within a seed and averaged over the seeds that test them``() =
        let run model seed (values: (int * float) list) =
            let run = ReportRun(Dataset = "d", Model = model, Seed = seed)
            run.Users <- values |> List.map fst |> List.toArray
            run.PerUser <- SampleReport.dict [ "recall@20", values |> List.map snd |> List.toArray ]
            run.Metrics <- SampleReport.dict [ "recall@20", values |> List.averageBy snd ]
            run

        // User 1 is tested under both seeds, 0 and 4 under one each, 7 under seed 2 of one model only.
        let runs =
            [|
                run "own" 1L [ 0, 0.5; 1, 1.0 ]
                run "own" 2L [ 1, 0.5; 4, 0.25; 7, 1.0 ]
                run "other" 1L [ 0, 0.25; 1, 0.5 ]
                run "other" 2L [ 1, 0.25; 4, 0.5 ]
            |]

        let compared = Comparisons.Of(runs, "d", "own", "recall@20") |> Seq.exactlyOne

        // Differences: 0.25 of user 0, 0.75 − 0.375 of user 1, −0.25 of user 4.
        let users = compared.UsersT |> Option.ofObj |> Option.get

        let expected =
            Significance.TTest([| 0.5; 0.75; 0.25 |], [| 0.25; 0.375; 0.5 |], 0.95)

        Assert.That(users.MeanDifference, Is.EqualTo(0.125).Within(1e-15))
        Assert.That(users.PValue, Is.EqualTo(expected.PValue).Within(1e-15))
        Assert.That(compared.UsersWilcoxon, Is.Not.Null)
