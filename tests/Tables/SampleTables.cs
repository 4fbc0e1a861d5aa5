namespace CranePipeline.Tables.Tests;

/// <summary>
/// One of each table that stages exchange, with missing values, empty lists and texts outside ASCII where it may have them.
/// </summary>
internal static class SampleTables
{
    public static Interactions Interactions(int rows = 5_000, int seed = 1)
    {
        var random = new Random(seed);
        bool[] Present(double share) => Make(rows, _ => random.NextDouble() < share);
        return new Interactions
        {
            Users = Make(rows, row => row / 7),
            Items = Make(rows, row => (row % 7 * 1000) + random.Next(1000)),
            Ratings = new(Make(rows, _ => random.Next(1, 11) / 2f), Present(0.9)),
            Timestamps = new(Make(rows, _ => random.NextInt64(-1_000_000, 2_000_000_000_000)), Present(0.5)),
            Labels = new(Make(rows, _ => (byte)random.Next(3)), null),
        };
    }

    public static InteractionPairs Pairs(int rows = 3_000) => new(Make(rows, row => row / 3), Make(rows, row => row * 31 % 977));

    public static RawIds Ids(IdKind kind, int count = 300) =>
        new(kind, Make(count, number => number % 50 == 7 ? string.Empty : $"{kind} {number} é漢𝄞"));

    public static ItemTitles Titles(int count = 200) =>
        new(
            Make(
                count,
                item =>
                    item % 5 == 0 ? null
                    : item % 7 == 0 ? string.Empty
                    : $"a \"title\", {item}\nof two lines"
            )
        );

    public static FeatureTable Features(int count = 5_000, int width = 5)
    {
        var random = new Random(3);
        return new FeatureTable
        {
            Width = width,
            Values = Make(count * width, at => at % 97 == 0 ? float.NaN : (float)random.NextDouble() - 0.5f),
            Present = Make(count, item => item % 6 != 0),
        };
    }

    public static Embeddings Embeddings(IdKind kind, int count = 2_100, int width = 3) =>
        new()
        {
            Kind = kind,
            Count = count,
            Width = width,
            Values = Make(count * width, at => at * 0.25f),
        };

    public static Candidates Candidates() => new([Neighbours("textual", 70, 4), Neighbours("visual", 70, 9)]);

    public static History History() =>
        new()
        {
            Epochs = [1, 2, 3],
            Losses = [0.7, 0.5, 0.4],
            Parts = [new HistoryPart("bpr", [0.6, 0.4, 0.3]), new HistoryPart("contrastive", [0.1, 0.1, 0.1])],
            Recall20 = new([0, 0.1, 0], [false, true, false]),
            Ndcg20 = new([0, 0.05, 0], [false, true, false]),
        };

    public static Ranks Ranks() => new([0, 0, 4], [5, 6, 7], [1, 0, 20]);

    public static Recommendations Recommendations() =>
        Tables.Recommendations.OfLists([2, 5, 9], 4, [7, 1, 3, -1, -1, -1, -1, -1, 4, -1, 2, 0]);

    public static Trials Trials() =>
        new()
        {
            Settings = [new TrialSetting("rounds", ["1", "2"]), new TrialSetting("fusion", ["mean", "mean"])],
            Recall20 = [0.1, 0.2],
            Ndcg20 = [0.05, 0.1],
            BestEpochs = [3, 4],
        };

    /// <summary>Every table as an action that writes it.</summary>
    public static IReadOnlyDictionary<string, Func<string, long>> Writers() =>
        new Dictionary<string, Func<string, long>>
        {
            ["interactions"] = Interactions().Write,
            ["pairs"] = Pairs().Write,
            ["users"] = Ids(IdKind.User).Write,
            ["items"] = Ids(IdKind.Item).Write,
            ["titles"] = Titles().Write,
            ["features"] = Features().Write,
            ["embeddings"] = Embeddings(IdKind.User).Write,
            ["candidates"] = Candidates().Write,
            ["history"] = History().Write,
            ["ranks"] = Ranks().Write,
            ["recommendations"] = Recommendations().Write,
            ["trials"] = Trials().Write,
        };

    private static ModalityCandidates Neighbours(string name, int items, int places)
    {
        var list = new ModalityCandidates(name, items, new int[items * places], new float[items * places]);
        for (int item = 0; item < items; item++)
        {
            for (int place = 0; place < places; place++)
            {
                bool isFilled = place < item % (places + 1);
                list.Items[(item * places) + place] = isFilled ? (item + place + 1) % items : -1;
                list.Similarities[(item * places) + place] = isFilled ? 1f - (0.1f * place) : float.NaN;
            }
        }

        return list;
    }

    private static T[] Make<T>(int count, Func<int, T> of)
    {
        var values = new T[count];
        for (int at = 0; at < count; at++)
        {
            values[at] = of(at);
        }

        return values;
    }
}
