namespace CranePipeline.Evaluation.Tests

open System
open System.IO
open System.Text.Json
open NUnit.Framework
open CranePipeline.Evaluation
open CranePipeline.Tensors
open CranePipeline.Tensors.Cpu

/// Ranking by popularity on whole public data sets, against numpy's figures (Golden/README.md).
[<TestFixture>]
type PublicDataTests() =

    /// The folder of the public data, which is no part of the repository.
    let folder =
        let rec above (directory: DirectoryInfo | null) =
            match directory with
            | null -> None
            | directory ->
                let candidate = Path.Combine(directory.FullName, "shared", "data")

                if Directory.Exists candidate then
                    Some candidate
                else
                    above directory.Parent

        match Environment.GetEnvironmentVariable "CRANE_SHARED_DATA" with
        | null
        | "" -> above (DirectoryInfo TestContext.CurrentContext.TestDirectory)
        | given -> Some given

    [<TestCase("baby", "valid")>]
    [<TestCase("baby", "test")>]
    [<TestCase("tiktok", "valid")>]
    [<TestCase("tiktok", "test")>]
    member _.``popularity scores what numpy says``(name: string, part: string) =
        match
            folder
            |> Option.map (fun folder -> Path.Combine(folder, name, name + ".inter"))
            |> Option.filter File.Exists
        with
        | None -> Assert.Ignore "shared data not present"
        | Some path ->
            let rows =
                File.ReadLines path
                |> Seq.skip 1
                |> Seq.map (fun line -> line.Split '\t' |> fun cells -> int cells[0], int cells[1], cells[2])
                |> Seq.toArray

            let users = 1 + (rows |> Array.fold (fun most (user, _, _) -> max most user) 0)
            let items = 1 + (rows |> Array.fold (fun most (_, item, _) -> max most item) 0)

            let matrix label =
                let chosen = rows |> Array.filter (fun (_, _, x) -> x = label)
                let user = chosen |> Array.map (fun (user, _, _) -> user)
                let item = chosen |> Array.map (fun (_, item, _) -> item)
                let ones = Array.create chosen.Length 1f
                CsrMatrix.FromEntries(users, items, ReadOnlySpan user, ReadOnlySpan item, ReadOnlySpan ones)

            let part' =
                EvaluationPart.Create(matrix "0", matrix (if part = "valid" then "1" else "2"))

            use engine = new CpuEngine()
            let everybody = Matrix(users, 1, Array.create users 1f)
            let popularity = Matrix(items, 1, part'.ItemPopularity |> Array.map float32)

            let lists =
                Ranking.TopItems(engine, InnerProducts(everybody, popularity), part', 20)

            let metrics = Metrics.Compute(lists, part', [| 20 |])

            let golden =
                Path.Combine(TestContext.CurrentContext.TestDirectory, "Golden", "popularity.json")

            let expected =
                JsonDocument.Parse(File.ReadAllText golden).RootElement.GetProperty($"{name} {part}")

            Assert.That(part'.Users.Length, Is.EqualTo(expected.GetProperty("users").GetInt32()))

            for metric in [ "recall@20"; "ndcg@20"; "precision@20"; "map@20" ] do
                Assert.That(metrics.Means[metric], Is.EqualTo(expected.GetProperty(metric).GetDouble()).Within(1e-12), metric)
