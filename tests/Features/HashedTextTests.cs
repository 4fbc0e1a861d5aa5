using CranePipeline.Tables;
using CranePipeline.Tensors;
using FsCheck;
using FsCheck.Fluent;

namespace CranePipeline.Features.Tests;

public class HashedTextTests
{
    private static readonly string[] Words = ["rock", "jazz", "blue", "sea", "night", "live", "gold", "piano", "moon", "city"];

    [TestCase("The Best!", "the best")]
    [TestCase("CAFÉ Beyoncé", "cafe beyonce")]
    [TestCase("cafe\u0301", "café")]
    [TestCase("don't", "dont")]
    [TestCase("a-b/c", "a b c")]
    [TestCase("ÅNGSTRÖM", "angstrom")]
    public void Words_that_people_hold_for_the_same_hash_the_same(string a, string b) =>
        Assert.That(Columns(a), Is.EqualTo(Columns(b)));

    [Test]
    public void Pairs_know_their_order()
    {
        Assert.That(Columns("red blue"), Has.Length.EqualTo(3));
        Assert.That(Columns("red blue")[2], Is.Not.EqualTo(Columns("blue red")[2]));
        Assert.That(Columns("red blue", bigrams: false), Has.Length.EqualTo(2));
        Assert.That(Columns("中文"), Has.Length.EqualTo(3));
        Assert.That(Columns(" ... "), Is.Empty);
    }

    [Test]
    public void Hashes_fill_the_columns_evenly()
    {
        var counts = new int[1024];
        for (int word = 0; word < 100_000; word++)
        {
            counts[Columns($"word{word}", bits: 10)[0]]++;
        }

        // A Poisson count of mean 97.7 is within six deviations nearly always.
        Assert.That(counts, Is.All.InRange(38, 158));
    }

    [Test]
    public void Weights_are_those_of_the_formula()
    {
        Prop.ForAll(
                Gen.Choose(0, 9).ListOf().ListOf().Where(documents => documents.Count is > 0 and < 40).ToArbitrary(),
                documents =>
                {
                    string[] sentences = [.. documents.Select(words => string.Join(' ', words.Select(word => Words[word])))];
                    AssertFormula(sentences);
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Test]
    public void Vectors_keep_the_cosines_of_the_weights_where_nothing_is_dropped()
    {
        ItemText?[] texts = Corpus(60);
        using var engine = new CpuEngine();
        var options = new ModalityOptions { Standardize = Standardization.None };
        ModalityFeatures table = FeatureBuilder.Build("text", options, Ids(60), texts, "", engine)!;
        TermMatrix terms = HashedTfIdf.Compute(texts, options, null, null, default);

        var dense = new Matrix(60, terms.Weights.Columns);
        for (int item = 0; item < 60; item++)
        {
            for (int entry = terms.Weights.RowOffsets[item]; entry < terms.Weights.RowOffsets[item + 1]; entry++)
            {
                dense[item, terms.Weights.ColumnIndices[entry]] = terms.Weights.Values[entry];
            }
        }

        double[,] expected = Vectors.Cosines(dense);
        double[,] found = Vectors.Cosines(table.Values);
        for (int a = 0; a < 60; a++)
        {
            for (int b = 0; b < 60; b++)
            {
                Assert.That(found[a, b], Is.EqualTo(expected[a, b]).Within(1e-4));
            }
        }

        Assert.That(table.Values.Columns, Is.LessThanOrEqualTo(60));
        Assert.That(table.Statistics.ExplainedVariance, Is.EqualTo(1).Within(1e-4));
    }

    [Test]
    public void Tables_do_not_depend_on_the_number_of_threads()
    {
        ItemText?[] texts = Corpus(700);
        var options = new ModalityOptions { Dimension = 20 };
        float[][] values =
        [
            .. ((int[])[1, 2, 5]).Select(threads =>
            {
                using var engine = new CpuEngine(threads);
                return Concurrency
                    .Limit(threads, () => FeatureBuilder.Build("text", options, Ids(700), texts, "", engine)!)
                    .Values.Values;
            }),
        ];

        Assert.That(values[1], Is.EqualTo(values[0]));
        Assert.That(values[2], Is.EqualTo(values[0]));
    }

    [Test]
    public void Items_without_text_are_missing_and_those_with_words_of_their_own_only_are_zero()
    {
        ItemText?[] texts =
        [
            new("rock moon", null, null, null),
            new("rock sea", null, null, null),
            null,
            new("unique", null, null, null),
            new("...", null, null, null),
        ];
        using var engine = new CpuEngine();

        ModalityFeatures table = FeatureBuilder.Build("text", new(), Ids(5), texts, "", engine)!;

        Assert.That(table.Present, Is.EqualTo([true, true, false, true, false]));
        Assert.That((table.Statistics.ZeroRows, table.Statistics.MeanFilled), Is.EqualTo((1, 2)));
    }

    [Test]
    public void A_corpus_without_shared_words_is_refused()
    {
        using var engine = new CpuEngine();

        Assert.That(
            () => FeatureBuilder.Build("text", new(), Ids(2), [new("a", null, null, null), null], "", engine),
            Throws.InstanceOf<InputException>().With.Message.Contains("'text'")
        );
    }

    private static void AssertFormula(string[] sentences)
    {
        var options = new ModalityOptions { MinDocumentFrequency = 1, HashBits = 24 };
        ItemText?[] texts = [.. sentences.Select(sentence => new ItemText(sentence, null, null, null))];
        TermMatrix terms = HashedTfIdf.Compute(texts, options, null, null, default);
        List<string>[] grams =
        [
            .. sentences.Select(sentence =>
            {
                string[] words = sentence.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                return (List<string>)[.. words, .. words.Zip(words.Skip(1), (a, b) => $"{a} {b}")];
            }),
        ];
        for (int item = 0; item < sentences.Length; item++)
        {
            double[] weights =
            [
                .. grams[item]
                    .GroupBy(gram => gram)
                    .Select(group =>
                        (1 + Math.Log(group.Count()))
                        * Math.Log(1 + ((double)sentences.Length / grams.Count(other => other.Contains(group.Key))))
                    ),
            ];
            double norm = Math.Sqrt(weights.Sum(weight => weight * weight));
            float[] found = terms.Weights.Values[terms.Weights.RowOffsets[item]..terms.Weights.RowOffsets[item + 1]];
            Assert.That(found.Order(), Is.EqualTo(weights.Select(weight => (float)(weight / norm)).Order()).Within(1e-6f));
        }
    }

    private static ItemText?[] Corpus(int items)
    {
        var stream = new RandomStream(3, "corpus");
        var texts = new ItemText?[items];
        for (int item = 0; item < items; item++)
        {
            string[] words = new string[8];
            for (int word = 0; word < words.Length; word++)
            {
                words[word] = Words[stream.NextInt32(Words.Length)];
            }

            texts[item] = new ItemText(string.Join(' ', words[..3]), words[3], [words[4]], string.Join(' ', words[5..]));
        }

        return texts;
    }

    private static int[] Columns(string sentence, bool bigrams = true, int bits = 20)
    {
        var columns = new GrowingList<int>(16);
        WordHasher.Hash(sentence, bits, bigrams, ref columns);
        return columns.Written.ToArray();
    }

    private static string[] Ids(int count) => [.. Enumerable.Range(0, count).Select(item => $"{item}")];
}
