namespace CranePipeline.Evaluation

open System
open System.Collections.Generic
open System.Globalization
open System.IO
open System.IO.Compression
open System.Text
open System.Threading
open CranePipeline.Tables
open CsvHelper

/// <summary>Somebody's ranked lists, fitted to a part, and what did not fit.</summary>
[<Sealed>]
type ScoredRankings
    internal (lists: RankedLists, rows: int64, usersFound: int, unknownUsers: int64, unknownItems: int64, maskedItems: int64) =

    /// <summary>A list for each user of the part; users without rows have an empty one and score 0.</summary>
    member _.Lists = lists

    /// <summary>Rows read.</summary>
    member _.Rows = rows

    /// <summary>Users of the part that have rows.</summary>
    member _.UsersFound = usersFound

    /// <summary>Users of the part without rows.</summary>
    member _.UsersMissing = lists.Users.Length - usersFound

    /// <summary>Rows of users that are unknown or not of the part, which were passed over.</summary>
    member _.RowsOfOtherUsers = unknownUsers

    /// <summary>Rows whose item is unknown: it keeps its place and cannot be a hit.</summary>
    member _.UnknownItems = unknownItems

    /// <summary>Rows whose item is among the user's training items: masked as everywhere, those below it move up.</summary>
    member _.MaskedItems = maskedItems

/// <summary>Ranked lists that somebody else's program made, scored by the same rules.</summary>
/// <remarks>
/// Rows are (user, item, rank) with the raw ids of the data set, in any order. Only the order of a user's ranks matters, so they
/// may begin at 0 or 1 and have gaps. A user's training items are masked as everywhere else; an unknown item keeps its place.
/// </remarks>
[<AbstractClass; Sealed>]
type Rankings =

    static let column (path: string) (header: string[]) (names: string list) =
        let found =
            header
            |> Array.tryFindIndex (fun name ->
                let plain = name.Trim().TrimStart('\uFEFF').Replace("_", "").ToLowerInvariant()
                List.contains plain names)

        match found with
        | Some index -> index
        | None ->
            let shown = String.Join(", ", header)

            raise (
                InputException
                    $"{path} has no column \"{names.Head}\" among its columns ({shown}); rankings need the columns user, item and rank"
            )

    static let openBytes (path: string) : Stream =
        let file = File.OpenRead path

        if path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) then
            new GZipStream(file, CompressionMode.Decompress)
        else
            file

    /// Longest line that is read: a rank and two ids need far less, and a file without line ends must not fill the memory.
    static let longestLine = 1 <<< 20

    static let tooLong path line =
        InputException
            $"{path}, line {line}: the line is longer than {longestLine} bytes; rankings are a line for each user and item"

    /// The separator that the heading line holds most of.
    static let separatorOf (path: string) =
        use text = new StreamReader(openBytes path)
        let start = Array.zeroCreate<char>(longestLine + 1)
        let line = ReadOnlySpan<char>(start, 0, text.ReadBlock(start, 0, start.Length))

        let line =
            match line.IndexOfAny('\r', '\n') with
            | -1 when line.Length > longestLine -> raise (tooLong path 1L)
            | -1 -> line.ToString()
            | stop -> line.Slice(0, stop).ToString()

        [ '\t'; ','; ';' ]
        |> List.maxBy (fun separator -> line |> Seq.filter ((=) separator) |> Seq.length)

    /// A rank as it is written: 3, and 3.0 as programs write whole numbers that they keep as floats.
    static let rankOf (path: string) (line: int64) (text: ReadOnlySpan<byte>) =
        let mutable whole = 0L
        let mutable real = 0.0

        if Int64.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, &whole) then
            whole
        elif
            Double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, &real)
            && real = floor real
            && abs real < 9e15
        then
            int64 real
        else
            let shown = VisibleText.Of(Encoding.UTF8.GetString text)

            raise (
                InputException
                    $"{path}, line {line}: the rank \"{shown}\" is not a whole number; give places 1, 2, 3 … in the column rank"
            )

    static let idOf (ids: IReadOnlyDictionary<string, int>) (raw: ReadOnlySpan<byte>) =
        match ids.TryGetValue(Encoding.UTF8.GetString raw) with
        | true, id -> id
        | _ -> -1

    static let idOfText (ids: IReadOnlyDictionary<string, int>) (raw: string | null) =
        match raw with
        | null -> -1
        | raw ->
            match ids.TryGetValue raw with
            | true, id -> id
            | _ -> -1

    static let userNames = [ "user"; "userid"; "reviewerid" ]
    static let itemNames = [ "item"; "itemid"; "asin" ]
    static let rankNames = [ "rank"; "place"; "position" ]

    /// <summary>
    /// Fits lists to a part: places them by rank, masks training items, and gives users without rows an empty list.
    /// </summary>
    /// <param name="users">User of each row, an integer id or −1 where unknown.</param>
    /// <param name="items">Item of each row, an integer id or −1 where unknown.</param>
    /// <param name="ranks">Rank of each row; smaller is better, no two alike for one user.</param>
    /// <param name="part">The part to score.</param>
    /// <param name="k">Places of the lists; rows below are left out.</param>
    /// <param name="source">What to call the rows in an error.</param>
    /// <exception cref="T:CranePipeline.Tables.InputException">A user has a rank or an item twice.</exception>
    static member Fit(users: int[], items: int[], ranks: int64[], part: EvaluationPart, k: int, source: string) =
        ArgumentNullException.ThrowIfNull(part, nameof part)
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k, nameof k)

        if users.Length <> items.Length || users.Length <> ranks.Length then
            raise (ArgumentException "Users, items and ranks of the rows must be equally many.")

        let positions = Array.create part.Training.Rows -1
        part.Users |> Array.iteri (fun position user -> positions[user] <- position)
        let order = Array.init users.Length id
        Array.Sort(order, Comparison(fun a b -> compare struct (users[a], ranks[a], a) struct (users[b], ranks[b], b)))
        let lists = Array.create (Checked.(*) part.Users.Length k) -1
        let seen = HashSet<int>()
        let mutable otherUsers, unknownItems, masked, found = 0L, 0L, 0L, 0
        let mutable place = 0

        for i in 0 .. order.Length - 1 do
            let row = order[i]
            let user = users[row]

            let position =
                if user >= 0 && user < positions.Length then
                    positions[user]
                else
                    -1

            if position < 0 then
                otherUsers <- otherUsers + 1L
            else
                if i = 0 || users[order[i - 1]] <> user then
                    seen.Clear()
                    place <- 0
                    found <- found + 1
                elif ranks[order[i - 1]] = ranks[row] then
                    raise (
                        InputException
                            $"{source}, row {max row order[i - 1] + 1}: this user already has an item at rank {ranks[row]}; every rank of a user must stand once"
                    )

                let item = items[row]

                if item < 0 || item >= part.ItemCount then
                    unknownItems <- unknownItems + 1L
                    place <- place + 1
                elif not (seen.Add item) then
                    raise (
                        InputException
                            $"{source}, row {row + 1}: this user already has this item at a better rank; every item of a user must stand once"
                    )
                elif
                    part.Excluded.RowColumns(position).BinarySearch(item, Comparer<int>.Default)
                    >= 0
                then
                    masked <- masked + 1L
                else
                    if place < k then
                        lists[position * k + place] <- item

                    place <- place + 1

        ScoredRankings(RankedLists(part.Users, k, lists), int64 users.Length, found, otherUsers, unknownItems, masked)

    /// <summary>Reads a file of ranked lists and fits it to a part.</summary>
    /// <param name="path">
    /// Parquet or Feather by its name, or text with a heading line: tab- or comma-separated, by that line; <c>.gz</c> is unpacked.
    /// Columns user, item and rank, in any order, among others.
    /// </param>
    /// <param name="userIds">Integer ids of the raw user ids.</param>
    /// <param name="itemIds">Integer ids of the raw item ids.</param>
    /// <param name="part">The part to score.</param>
    /// <param name="k">Places of the lists.</param>
    /// <param name="progress">Told of the rows read; may be null.</param>
    /// <param name="cancellation">Looked at between rows.</param>
    /// <exception cref="T:CranePipeline.Tables.InputException">
    /// The file cannot be read, lacks a column, has a rank that is no whole number, a rank or item twice for a user, or no user of
    /// the part.
    /// </exception>
    static member Read
        (
            path: string,
            userIds: IReadOnlyDictionary<string, int>,
            itemIds: IReadOnlyDictionary<string, int>,
            part: EvaluationPart,
            k: int,
            progress: IProgress<WorkProgress> | null,
            cancellation: CancellationToken
        ) =
        ArgumentNullException.ThrowIfNull(userIds, nameof userIds)
        ArgumentNullException.ThrowIfNull(itemIds, nameof itemIds)

        let users, items, ranks =
            ResizeArray<int>(), ResizeArray<int>(), ResizeArray<int64>()

        let told () =
            match progress with
            | null -> ()
            | progress -> progress.Report(WorkProgress($"reading {Path.GetFileName path}", "rows", int64 users.Count, 0L))

        let readTable () =
            use table = ForeignTable.Open path
            let header = table.Columns |> Seq.map _.Name |> Array.ofSeq

            let columns =
                [| userNames; itemNames; rankNames |] |> Array.map (column path header)

            for batch in table.Batches(columns, cancellation) do
                for row in 0 .. batch.RowCount - 1 do
                    let rank = batch.Columns[2].Integer row

                    if not rank.HasValue then
                        raise (
                            InputException
                                $"{path}, row {batch.FirstRow + int64 row}: there is no rank; every row of rankings needs one"
                        )

                    ranks.Add rank.Value
                    users.Add(idOfText userIds (batch.Columns[0].Text row))
                    items.Add(idOfText itemIds (batch.Columns[1].Text row))

                told ()

        let readText () =
            let separator = separatorOf path

            // Tab-separated files have no quotes: one at the beginning of an id is part of it.
            let settings =
                CsvReaderOptions(
                    Separator = separator,
                    Mode =
                        (if separator = '\t' then
                             CsvMode.NoEscape
                         else
                             CsvMode.Rfc4180),
                    HasHeader = false,
                    SkipEmptyLines = true,
                    TrackLineNumbers = true,
                    MaxRecordSize = longestLine
                )

            use csv = CsvReader.Create(openBytes path, settings, false)

            if not (csv.Read()) then
                raise (InputException $"{path} is empty; rankings need a heading line with the columns user, item and rank")

            let header = Array.init csv.FieldCount csv.GetString
            let user = column path header userNames
            let item = column path header itemNames
            let rank = column path header rankNames

            while csv.Read() do
                if csv.FieldCount < header.Length then
                    raise (
                        InputException
                            $"{path}, line {csv.LineNumber}: the line has {csv.FieldCount} fields and the heading {header.Length}; complete it or take it out"
                    )

                ranks.Add(rankOf path csv.LineNumber (csv.GetSpan rank))
                users.Add(idOf userIds (csv.GetSpan user))
                items.Add(idOf itemIds (csv.GetSpan item))

                if users.Count % 65536 = 0 then
                    cancellation.ThrowIfCancellationRequested()
                    told ()

        try
            if ForeignTable.IsNamedSo path then
                readTable ()
            else
                readText ()
        with
        | :? InvalidDataException as error -> raise (InputException($"{path} is not a whole gzip file: {error.Message}", error))
        | :? CsvFormatException as error when error.Message.Contains("MaxRecordSize", StringComparison.Ordinal) ->
            raise (tooLong path error.LineNumber)
        | :? CsvFormatException as error ->
            raise (
                InputException(
                    $"{path}, line {error.LineNumber}: the line cannot be read as delimited text: {error.Message}",
                    error
                )
            )
        | :? IOException as error -> raise (InputException($"{path} cannot be read: {error.Message}", error))
        | :? UnauthorizedAccessException as error -> raise (InputException($"{path} cannot be read: {error.Message}", error))

        let fitted =
            Rankings.Fit(users.ToArray(), items.ToArray(), ranks.ToArray(), part, k, path)

        if fitted.UsersFound = 0 && part.Users.Length > 0 then
            raise (
                InputException
                    $"{path}: none of its {fitted.Rows} rows is of a user of the part; rankings need the raw ids of the data set"
            )

        fitted
