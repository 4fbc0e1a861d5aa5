namespace CranePipeline.Evaluation.Tests

open System
open System.Collections.Generic
open System.IO
open System.IO.Compression
open System.Threading
open NUnit.Framework
open CranePipeline.Evaluation
open CranePipeline.Tables

[<TestFixture>]
type RankingsFileTests() =

    let folder = Directory.CreateTempSubdirectory "rankings-"

    let ids prefix count =
        SampleReport.dict [ for i in 0 .. count - 1 -> $"{prefix}{i}", i ]

    let part =
        EvaluationPart.Create(
            Matrices.ofRows 6 [| [| 0; 1 |]; [| 2 |]; [| 3 |]; [||] |],
            Matrices.ofRows 6 [| [| 2; 4 |]; [| 5 |]; [| 0 |]; [| 1 |] |]
        )

    let write name (lines: string seq) =
        let path = Path.Combine(folder.FullName, name)
        File.WriteAllLines(path, lines)
        path

    let read path =
        Rankings.Read(path, ids "u" 4, ids "i" 6, part, 4, null, CancellationToken.None)

    let refused name lines (expected: string) =
        Assert.That(
            Action(fun () -> read (write name lines) |> ignore),
            Throws.InstanceOf<InputException>().With.Message.Contains expected
        )

    [<OneTimeTearDown>]
    member _.Clean() = folder.Delete true

    [<Test>]
    member _.``rows in any order become lists``() =
        let scored =
            write
                "a.csv"
                [
                    "rank,item,user"
                    "3,i4,u0"
                    "1,i5,u0"
                    "2,i0,u0"
                    "1,i5,u1"
                    "7,nothing,u2"
                    "9,i0,u2"
                    "1,i1,u3"
                    "1,i1,stranger"
                ]
            |> read

        let expected = [| [| 5; 4; -1; -1 |]; [| 5; -1; -1; -1 |]; [| -1; 0; -1; -1 |] |]

        Assert.That(
            scored.Lists.Items,
            Is.EqualTo(box (Array.concat expected)),
            "i0 is a training item of u0; an unknown item keeps its place"
        )

        Assert.That(scored.Rows, Is.EqualTo 8L)
        Assert.That(scored.MaskedItems, Is.EqualTo 1L)
        Assert.That(scored.UnknownItems, Is.EqualTo 1L)
        Assert.That(scored.RowsOfOtherUsers, Is.EqualTo 2L, "u3 has no training interactions, the stranger is unknown")
        Assert.That(scored.UsersMissing, Is.EqualTo 0)
        let metrics = Metrics.Compute(scored.Lists, part, [| 4 |])
        Assert.That(metrics.PerUser["recall@4"], Is.EqualTo(box [| 0.5; 1.0; 1.0 |]))
        Assert.That(metrics.PerUser["mrr@4"], Is.EqualTo(box [| 0.5; 1.0; 0.5 |]))

    [<Test>]
    member _.``tables and ranks written as floats give the same lists``() =
        let users = [| "u0"; "u0"; "u1"; "u2" |]
        let items = [| "i4"; "i5"; "i5"; "i0" |]
        let ranks = [| 3.0f; 1.0f; 1.0f; 9.0f |]

        let text =
            write
                "floats.csv"
                [
                    "user,item,rank"
                    yield! Array.map3 (fun user item (rank: float32) -> $"{user},{item},{rank:F1}") users items ranks
                ]
            |> read

        for format, name in [ ExportFormat.Parquet, "lists.parquet"; ExportFormat.Feather, "lists.feather" ] do
            let path = Path.Combine(folder.FullName, name)

            let columns: ExportColumn[] =
                [|
                    ValueColumn<float32>("rank", ranks)
                    TextColumn("item", (fun row -> items[row]))
                    TextColumn("user_id", (fun row -> users[row]))
                |]

            ExportFile.Write(path, format, ExportTable(4, columns)) |> ignore
            Assert.That((read path).Lists.Items, Is.EqualTo(box text.Lists.Items))

        Assert.That(text.Rows, Is.EqualTo 4L)
        refused "half.csv" [ "user,item,rank"; "u0,i1,1.5" ] "not a whole number"

    [<Test>]
    member _.``our own lists written out and read back give the same metrics``() =
        let part = SampleReport.part 80 60 3L
        let lists = SampleReport.lists part 20 0.4 3L
        let path = Path.Combine(folder.FullName, "own.tsv.gz")

        let store () =
            use text =
                new StreamWriter(new GZipStream(File.Create path, CompressionLevel.Fastest))

            text.WriteLine "user_id\titem_id\trank"

            for position in 0 .. part.Users.Length - 1 do
                let list = lists.List(position).ToArray()

                for place in 0..19 do
                    if list[place] >= 0 then
                        text.WriteLine $"u{part.Users[position]}\ti{list[place]}\t{place}"

        store ()

        let scored =
            Rankings.Read(path, ids "u" 80, ids "i" 60, part, 20, null, CancellationToken.None)

        Assert.That(scored.Lists.Items, Is.EqualTo(box lists.Items))

        Assert.That(
            Metrics.Compute(scored.Lists, part, [| 20 |]).Means,
            Is.EqualTo(box (Metrics.Compute(lists, part, [| 20 |]).Means))
        )

    [<Test>]
    member _.``ranks written as floats, and quotes in a tab-separated file``() =
        let scored =
            write
                "float.tsv"
                [
                    "user\titem\trank"
                    "u0\ti4\t2.0"
                    "u0\ti5\t1e0"
                    "u1\ti5\t10"
                    "u1\t\"i0\t9.0"
                ]
            |> read

        Assert.That(
            scored.Lists.Items,
            Is.EqualTo(box [| 5; 4; -1; -1; -1; 5; -1; -1; -1; -1; -1; -1 |]),
            "the quote is part of an unknown id, which keeps its place"
        )

        Assert.That(scored.UnknownItems, Is.EqualTo 1L)
        refused "half.csv" [ "user,item,rank"; "u0,i4,1.5" ] "half.csv, line 2: the rank \"1.5\""
        refused "nan.csv" [ "user,item,rank"; "u0,i4,NaN" ] "is not a whole number"
        refused "escape.csv" [ "user,item,rank"; "u0,i4,\u001B[2J" ] "\\u001B[2J"

    [<Test>]
    member _.``a line without end is refused``() =
        refused "endless.csv" [ "user,item,rank" + String('x', 2_000_000) ] "longer than"

        refused
            "later.csv"
            [ "user,item,rank"; "u0,i4,1"; "u0," + String('x', 2_000_000) + ",2" ]
            "later.csv, line 3: the line is longer than"

    [<Test>]
    member _.``bad files are told in one sentence with their line``() =
        refused "columns.csv" [ "user,thing,rank"; "u0,i4,1" ] "no column \"item\""
        refused "empty.csv" [] "is empty"
        refused "rank.csv" [ "user,item,rank"; "u0,i4,1"; "u0,i5,first" ] "rank.csv, line 3: the rank \"first\""
        refused "short.tsv" [ "user\titem\trank"; "u0\ti4" ] "short.tsv, line 2: the line has 2 fields"
        refused "ranks.csv" [ "user,item,rank"; "u0,i4,1"; "u0,i5,1" ] "rank 1"
        refused "items.csv" [ "user,item,rank"; "u0,i4,1"; "u0,i4,2" ] "already has this item"
        refused "strangers.csv" [ "user,item,rank"; "A1,i4,1" ] "none of its 1 rows"

        Assert.That(
            Action(fun () -> read (Path.Combine(folder.FullName, "missing.csv")) |> ignore),
            Throws.InstanceOf<InputException>().With.Message.Contains "cannot be read"
        )

    [<Test>]
    member _.``a truncated archive is told``() =
        let whole = Path.Combine(folder.FullName, "whole.csv.gz")
        let cut = Path.Combine(folder.FullName, "cut.csv.gz")

        let store () =
            use text =
                new StreamWriter(new GZipStream(File.Create whole, CompressionLevel.Fastest))

            text.WriteLine "user,item,rank"

            for i in 0..50000 do
                text.WriteLine $"u{i % 4},i{i * 7919 % 6},{i}"

        store ()
        File.WriteAllBytes(cut, File.ReadAllBytes whole |> fun bytes -> bytes[.. bytes.Length / 2])
        Assert.That(Action(fun () -> read cut |> ignore), Throws.InstanceOf<InputException>().With.Message.Contains "cut.csv.gz")
