using System.Globalization;
using DuckDB.NET.Data;
using NUnit.Framework;

namespace CranePipeline.Tables.Tests;

/// <summary>What other readers find in the tables written here: DuckDB, and Arrow's C++ reader through ParquetSharp.</summary>
[TestFixture]
public sealed class OracleTests
{
    private ScratchFolder folder = null!;
    private DuckDBConnection duckdb = null!;

    private string File => folder.File("table.parquet");

    [SetUp]
    public void Make()
    {
        folder = new ScratchFolder();
        duckdb = new DuckDBConnection("DataSource=:memory:");
        duckdb.Open();
    }

    [TearDown]
    public void Clean()
    {
        duckdb.Dispose();
        folder.Dispose();
    }

    [Test]
    public void Interactions()
    {
        Interactions table = SampleTables.Interactions();
        table.Write(File);
        Same(
            Enumerable
                .Range(0, table.Count)
                .Select(row =>
                    new object?[]
                    {
                        table.Users[row],
                        table.Items[row],
                        table.Ratings![row],
                        table.Timestamps![row],
                        (int)table.Labels![row]!,
                    }
                ),
            "user",
            "item",
            "rating",
            "timestamp",
            "label"
        );
    }

    [Test]
    public void Pairs()
    {
        InteractionPairs table = SampleTables.Pairs();
        table.Write(File);
        Same(
            Enumerable.Range(0, table.Count).Select(row => new object?[] { table.Users[row], table.Items[row] }),
            "user",
            "item"
        );
    }

    [Test]
    public void Ids_and_titles()
    {
        RawIds ids = SampleTables.Ids(IdKind.Item);
        ids.Write(File);
        Same(ids.Values.Select((id, item) => new object?[] { item, id }), "item", "id");
        ItemTitles titles = SampleTables.Titles();
        titles.Write(File);
        Same(titles.Values.Select((title, item) => new object?[] { item, title }), "item", "title");
    }

    [Test]
    public void Features_and_embeddings()
    {
        FeatureTable table = SampleTables.Features();
        table.Write(File);
        Same(
            Enumerable
                .Range(0, table.Count)
                .Select(row =>
                    new object?[] { row, table.Values[(row * table.Width)..((row + 1) * table.Width)], table.Present[row] }
                ),
            "item",
            "feature",
            "present"
        );
        Embeddings embeddings = SampleTables.Embeddings(IdKind.User);
        embeddings.Write(File);
        Same(
            Enumerable
                .Range(0, embeddings.Count)
                .Select(row =>
                    new object?[] { row, embeddings.Values[(row * embeddings.Width)..((row + 1) * embeddings.Width)] }
                ),
            "user",
            "embedding"
        );
    }

    [Test]
    public void Candidates()
    {
        Candidates table = SampleTables.Candidates();
        table.Write(File);
        Same(
            table.Modalities.SelectMany(modality =>
                Enumerable
                    .Range(0, modality.ItemCount)
                    .Select(item =>
                    {
                        int first = item * modality.Places;
                        int count = modality.Items.AsSpan(first, modality.Places).IndexOf(-1);
                        Range filled = first..(first + (count < 0 ? modality.Places : count));
                        return new object?[] { modality.Modality, item, modality.Items[filled], modality.Similarities[filled] };
                    })
            ),
            "modality",
            "item",
            "neighbours",
            "similarity"
        );
    }

    [Test]
    public void History_ranks_recommendations_and_trials()
    {
        History history = SampleTables.History();
        history.Write(File);
        Same(
            Enumerable
                .Range(0, history.Count)
                .Select(row =>
                    new object?[]
                    {
                        history.Epochs[row],
                        history.Losses[row],
                        history.Parts[0].Values[row],
                        history.Recall20![row],
                    }
                ),
            "epoch",
            "loss",
            "loss.bpr",
            "recall@20"
        );
        Ranks ranks = SampleTables.Ranks();
        ranks.Write(File);
        Same(
            ranks.Users.Select((user, row) => new object?[] { user, ranks.Items[row], ranks.Places[row] }),
            "user",
            "item",
            "rank"
        );
        Recommendations lists = SampleTables.Recommendations();
        lists.Write(File);
        Same(
            lists.Users.Select((user, row) => new object?[] { user, lists.Items[row], lists.Ranks[row] }),
            "user",
            "item",
            "rank"
        );
        Trials trials = SampleTables.Trials();
        trials.Write(File);
        Same(
            trials.Recall20.Select(
                (recall, row) => new object?[] { trials.Settings[0].Values[row], recall, trials.BestEpochs[row] }
            ),
            "rounds",
            "recall@20",
            "bestEpoch"
        );
    }

    private void Same(IEnumerable<object?[]> expected, params string[] columns)
    {
        string[][] rows = [.. expected.Select(row => row.Select(Text).ToArray())];
        Assert.That(ReadByDuckDb(columns), Is.EqualTo(rows), "DuckDB");
        Assert.That(ReadByArrow(columns), Is.EqualTo(rows), "Arrow C++");
    }

    private string[][] ReadByDuckDb(string[] columns)
    {
        using System.Data.Common.DbCommand command = duckdb.CreateCommand();
        string list = string.Join(", ", columns.Select(column => $"\"{column}\""));
        command.CommandText = $"SELECT {list} FROM read_parquet('{File}')";
        using System.Data.Common.DbDataReader reader = command.ExecuteReader();
        var rows = new List<string[]>();
        while (reader.Read())
        {
            rows.Add([
                .. Enumerable
                    .Range(0, columns.Length)
                    .Select(column => Text(reader.IsDBNull(column) ? null : reader.GetValue(column))),
            ]);
        }

        return [.. rows];
    }

    private string[][] ReadByArrow(string[] columns)
    {
        using ForeignTable table = ForeignTable.Open(File);
        return
        [
            .. table
                .Batches([.. columns.Select(column => table.Require(column, "-"))])
                .SelectMany(batch =>
                    Enumerable
                        .Range(0, batch.RowCount)
                        .Select(row => batch.Columns.Select(values => values.Display(row) ?? "null").ToArray())
                        .ToList()
                ),
        ];
    }

    private static string Text(object? value) =>
        value switch
        {
            null => "null",
            bool flag => flag ? "true" : "false",
            string text => text,
            System.Collections.IEnumerable list => $"[{string.Join(" ", list.Cast<object?>().Select(Text))}]",
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString()!,
        };
}
