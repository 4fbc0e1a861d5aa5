using NUnit.Framework;

namespace CranePipeline.Tables.Tests;

/// <summary>Every table comes back as it was written, and is written alike every time.</summary>
[TestFixture]
public sealed class TableRoundTripTests
{
    private ScratchFolder folder = null!;

    private string File => folder.File("table.parquet");

    [SetUp]
    public void Make() => folder = new ScratchFolder();

    [TearDown]
    public void Clean() => folder.Dispose();

    [Test]
    public void Interactions_keep_what_is_missing()
    {
        Interactions table = SampleTables.Interactions();

        Assert.That(table.Write(File), Is.EqualTo(5_000));
        var read = Interactions.Read(File);

        Assert.Multiple(() =>
        {
            Assert.That(read.Users, Is.EqualTo(table.Users));
            Assert.That(read.Items, Is.EqualTo(table.Items));
            Assert.That(Rows(read.Ratings!), Is.EqualTo(Rows(table.Ratings!)));
            Assert.That(Rows(read.Timestamps!), Is.EqualTo(Rows(table.Timestamps!)));
            Assert.That(Rows(read.Labels!), Is.EqualTo(Rows(table.Labels!)));
            Assert.That(read.Labels!.Present, Is.Null);
        });
    }

    [Test]
    public void A_column_without_any_value_is_no_column()
    {
        Interactions table = SampleTables.Interactions() with { Ratings = null, Timestamps = null, Labels = null };
        table.Write(File);
        var read = Interactions.Read(File);
        Assert.That((read.Ratings, read.Timestamps, read.Labels), Is.EqualTo(((object?)null, (object?)null, (object?)null)));
        Assert.That(InteractionPairs.Read(File).Items, Is.EqualTo(table.Items));
    }

    [Test]
    public void Rows_beyond_a_group_stay_in_order()
    {
        int rows = (2 * (1 << 20)) + 3;
        var table = new Interactions
        {
            Users = [.. Enumerable.Range(0, rows)],
            Items = [.. Enumerable.Range(0, rows).Select(row => row ^ 21)],
            Timestamps = new(
                [.. Enumerable.Range(0, rows).Select(row => (long)row)],
                [.. Enumerable.Range(0, rows).Select(row => row % 3 == 0)]
            ),
        };
        table.Write(File);
        var read = Interactions.Read(File);
        Assert.That(read.Users.AsSpan().SequenceEqual(table.Users) && read.Items.AsSpan().SequenceEqual(table.Items));
        Assert.That(read.Timestamps!.Present.AsSpan().SequenceEqual(table.Timestamps.Present));
        Assert.That(read.Timestamps[rows - 2], Is.EqualTo(table.Timestamps[rows - 2]));
    }

    [Test]
    public void Pairs_come_back()
    {
        InteractionPairs table = SampleTables.Pairs();
        table.Write(File);
        Assert.That(InteractionPairs.Read(File).Users, Is.EqualTo(table.Users));
        Assert.That(InteractionPairs.Read(File).Items, Is.EqualTo(table.Items));
    }

    [Test]
    public void Ids_and_titles_come_back([Values] IdKind kind)
    {
        RawIds ids = SampleTables.Ids(kind);
        ids.Write(File);
        Assert.That(RawIds.Read(File, kind).Values, Is.EqualTo(ids.Values));
        Assert.That(
            () => RawIds.Read(File, kind == IdKind.User ? IdKind.Item : IdKind.User),
            Throws.TypeOf<InputException>().With.Message.Contains("is missing")
        );

        ItemTitles titles = SampleTables.Titles();
        titles.Write(File);
        Assert.That(ItemTitles.Read(File).Values, Is.EqualTo(titles.Values));
    }

    [TestCase(5_000, 5)]
    [TestCase(2_048, 1)]
    [TestCase(2_049, 64)]
    [TestCase(3, 0)]
    [TestCase(0, 0)]
    public void Vectors_come_back_bit_for_bit(int count, int width)
    {
        FeatureTable table = SampleTables.Features(count, width);
        table.Write(File);
        FeatureTable read = FeatureTable.Read(File);
        Assert.That((read.Count, read.Width), Is.EqualTo((count, width)));
        Assert.That(read.Values.AsSpan().SequenceEqual(table.Values) || Bits(read.Values).SequenceEqual(Bits(table.Values)));
        Assert.That(read.Present, Is.EqualTo(table.Present));

        Embeddings embeddings = SampleTables.Embeddings(IdKind.Item, count, width);
        embeddings.Write(File);
        Embeddings again = Embeddings.Read(File, IdKind.Item);
        Assert.That((again.Count, again.Width), Is.EqualTo((count, width)));
        Assert.That(again.Values, Is.EqualTo(embeddings.Values));
    }

    [Test]
    public void Candidates_keep_their_empty_places()
    {
        Candidates table = SampleTables.Candidates();
        Assert.That(table.Write(File), Is.EqualTo(140));
        Candidates read = Candidates.Read(File);
        Assert.That(read.Modalities.Select(modality => modality.Modality), Is.EqualTo(new[] { "textual", "visual" }));
        foreach ((ModalityCandidates was, ModalityCandidates now) in table.Modalities.Zip(read.Modalities))
        {
            Assert.That(now.Places, Is.EqualTo(was.Places));
            Assert.That(now.Items, Is.EqualTo(was.Items));
            Assert.That(now.Similarities, Is.EqualTo(was.Similarities));
        }
    }

    [Test]
    public void Places_are_those_that_were_asked_for_even_if_no_item_fills_them()
    {
        var empty = new ModalityCandidates("m", 3, [-1, -1, -1, -1, -1, -1], [.. Enumerable.Repeat(float.NaN, 6)]);
        new Candidates([empty]).Write(File);
        Assert.That(Candidates.Read(File).Modalities[0].Places, Is.EqualTo(2));

        Recommendations.OfLists([1], 50, [.. Enumerable.Repeat(-1, 50)]).Write(File);
        Assert.That(Recommendations.Read(File).ToLists([1]), Has.Length.EqualTo(50));
    }

    [Test]
    public void History_keeps_its_parts_and_epochs_without_validation()
    {
        History table = SampleTables.History();
        table.Write(File);
        History read = History.Read(File);
        Assert.That((read.Epochs, read.Losses), Is.EqualTo((table.Epochs, table.Losses)));
        Assert.That(read.Parts.Select(part => part.Name), Is.EqualTo(new[] { "bpr", "contrastive" }));
        Assert.That(read.Parts[1].Values, Is.EqualTo(table.Parts[1].Values));
        Assert.That(Rows(read.Ndcg20!), Is.EqualTo(Rows(table.Ndcg20!)));
        Assert.That(read.Recall20![0], Is.Null);
    }

    [Test]
    public void Lists_ranks_and_trials_come_back()
    {
        Recommendations lists = SampleTables.Recommendations();
        lists.Write(File);
        Recommendations read = Recommendations.Read(File);
        Assert.That(read.K, Is.EqualTo(4));
        Assert.That(read.ToLists([2, 5, 9]), Is.EqualTo(new[] { 7, 1, 3, -1, -1, -1, -1, -1, 4, -1, 2, 0 }));
        Assert.That(() => read.ToLists([2, 5]), Throws.TypeOf<InputException>());

        SampleTables.Ranks().Write(File);
        Assert.That(Ranks.Read(File).Places, Is.EqualTo(new[] { 1, 0, 20 }));

        SampleTables.Trials().Write(File);
        Assert.That(
            Trials.Read(File).SettingsOf(1),
            Is.EqualTo(new Dictionary<string, string> { ["rounds"] = "2", ["fusion"] = "mean" })
        );
        Assert.That(Trials.Read(File).Ndcg20, Is.EqualTo(new[] { 0.05, 0.1 }));
    }

    [Test]
    public void The_same_table_is_the_same_bytes()
    {
        foreach ((string name, Func<string, long> write) in SampleTables.Writers())
        {
            write(File);
            byte[] first = System.IO.File.ReadAllBytes(File);
            SampleTables.Writers()[name](File);
            Assert.That(System.IO.File.ReadAllBytes(File), Is.EqualTo(first), name);
        }
    }

    [Test]
    public void Pages_are_of_version_1_and_encodings_those_that_Spark_3_reads()
    {
        foreach ((string name, Func<string, long> write) in SampleTables.Writers())
        {
            write(File);
            byte[] bytes = System.IO.File.ReadAllBytes(File);
            Parquet.ParquetReader reader = Parquet.ParquetReader.CreateAsync(new MemoryStream(bytes)).GetAwaiter().GetResult();
            foreach (
                Parquet.Meta.ColumnMetaData chunk in reader
                    .Metadata!.RowGroups.SelectMany(group => group.Columns)
                    .Select(each => each.MetaData!)
            )
            {
                Assert.That(
                    chunk.Encodings.Select(encoding => encoding.ToString()),
                    Is.SubsetOf(new[] { "PLAIN", "PLAIN_DICTIONARY", "RLE" }),
                    name
                );
                Assert.That(chunk.Codec, Is.EqualTo(Parquet.Meta.CompressionCodec.UNCOMPRESSED));
                // A page begins with its type, the first field of its Thrift header: 0 a data page of version 1, 2 a dictionary.
                int at = (int)chunk.DataPageOffset;
                Assert.That((bytes[at], bytes[at + 1] >> 1), Is.EqualTo((0x15, 0)).Or.EqualTo((0x15, 2)), name);
            }
        }
    }

    private static IEnumerable<T?> Rows<T>(OptionalColumn<T> column)
        where T : struct => Enumerable.Range(0, column.Count).Select(row => column[row]);

    private static IEnumerable<int> Bits(float[] values) => values.Select(BitConverter.SingleToInt32Bits);
}
