using System.Text.Json;
using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Features.Tests;

public class SentenceEncoderTests
{
    private static readonly string Model = Path.Combine(TestContext.CurrentContext.TestDirectory, "Golden", "tiny-bert");

    private static readonly GoldenSentence[] Golden = JsonSerializer.Deserialize<GoldenSentence[]>(
        File.ReadAllText(Path.Combine(Model, "sentences.json")),
        JsonSerializerOptions.Web
    )!;

    [Test]
    public void Word_pieces_are_those_of_an_independent_tokeniser([Values] bool cased)
    {
        using var folder = ModelCopy();
        File.WriteAllText(folder.File("tokenizer_config.json"), $$"""{"do_lower_case": {{(cased ? "false" : "true")}}}""");
        using var model = new SentenceModel(ModelFolder.Open(folder.Path, 32));

        Assert.Multiple(() =>
        {
            foreach (GoldenSentence golden in Golden.Where(golden => !Differs(golden, cased)))
            {
                Assert.That(model.Tokenize(golden.Text), Is.EqualTo(cased ? golden.CasedTokens : golden.Tokens), golden.Text);
            }
        });
    }

    // Where FastBertTokenizer does as the Hugging Face tokenisers in Rust do (marks of the model in a text are marks), or as none
    // does: words of more than a hundred letters are cut into pieces, and a cased model's letters lose accents that are characters
    // of their own.
    private static bool Differs(GoldenSentence golden, bool cased) =>
        golden.Text.Contains("[CLS]", StringComparison.Ordinal)
        || golden.Text.Split(' ').Any(word => word.Length > 100)
        || (cased && golden.Text.Contains('\u0301', StringComparison.Ordinal));

    [TestCase(64)]
    [TestCase(4096)]
    public void Vectors_are_those_of_an_independent_encoder(int batchTokens)
    {
        using var engine = new CpuEngine();
        ItemText?[] texts = [.. Golden.Select(golden => new ItemText(golden.Text, null, null, null))];
        ModalityOptions options = Options(batchTokens);

        ModalityFeatures table = FeatureBuilder.Build("text", options, Ids(texts.Length), texts, Model, engine)!;

        int compared = 0;
        for (int item = 0; item < Golden.Length; item++)
        {
            Assert.That(table.Present[item], Is.EqualTo(Golden[item].Text.Length > 0));

            // Sentences with control characters or tags in them reach the tokeniser folded.
            if (
                table.Present[item]
                && !Differs(Golden[item], cased: false)
                && ItemSentence.Compose(texts[item], options.Fields, 0) == Golden[item].Text
            )
            {
                compared++;
                Assert.That(table.Values.Row(item).ToArray(), Is.EqualTo(Golden[item].Vector).Within(2e-6f), Golden[item].Text);
            }
        }

        Assert.That(compared, Is.EqualTo(15));
    }

    [Test]
    public void The_first_word_piece_stands_for_the_sentence_where_the_model_says_so()
    {
        using var folder = ModelCopy();
        Directory.CreateDirectory(folder.File("1_Pooling"));
        File.WriteAllText(folder.File("1_Pooling/config.json"), """{"pooling_mode_cls_token": true}""");
        using var mean = new SentenceModel(ModelFolder.Open(Model, 32));
        using var first = new SentenceModel(ModelFolder.Open(folder.Path, 32));
        long[][] sentences = [mean.Tokenize(Golden[0].Text)];

        Assert.That(first.Run(sentences).Values, Is.Not.EqualTo(mean.Run(sentences).Values).Within(1e-3f));
    }

    [Test]
    public void The_packaged_model_gives_the_published_similarities()
    {
        // The first example of the Sentence Transformers documentation, which prints them for this model.
        string[] sentences = ["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."];
        ModalityFeatures table = Minilm([.. sentences.Select(text => new ItemText(text, null, null, null))], threads: 2);

        Assert.That((table.Values.Columns, table.Statistics.Width), Is.EqualTo((384, 384)));
        Assert.That(Cosine(table, 0, 1), Is.EqualTo(0.6660).Within(1e-4));
        Assert.That(Cosine(table, 0, 2), Is.EqualTo(0.1046).Within(1e-4));
        Assert.That(Cosine(table, 1, 2), Is.EqualTo(0.1411).Within(1e-4));
    }

    [Test]
    public void Vectors_do_not_depend_on_the_number_of_threads()
    {
        // Enough for several batches, of sentences of one to some three hundred words.
        var random = new RandomStream(3, "sentences");
        ItemText?[] texts =
        [
            .. Enumerable
                .Range(0, 60)
                .Select(item =>
                    item % 20 == 7
                        ? null
                        : new ItemText(
                            string.Join(
                                ' ',
                                Enumerable.Range(0, 1 + (item * 5)).Select(_ => $"word {random.NextUInt32() % 500}")
                            ),
                            null,
                            null,
                            null
                        )
                ),
        ];
        float[] one = Minilm(texts, threads: 1).Values.Values;

        Assert.That(Minilm(texts, threads: 3).Values.Values, Is.EqualTo(one));
    }

    [Test]
    public void A_sentence_is_cut_after_256_word_pieces()
    {
        string words = string.Join(' ', Enumerable.Repeat("music", 254));
        ItemText?[] texts =
        [
            new(words, null, null, null),
            new(words + " which nobody reads", null, null, null),
            new(words[..^6] + " jazz", null, null, null),
        ];

        ModalityFeatures table = Minilm(texts, threads: 1);

        Assert.That(table.Values.Row(1).ToArray(), Is.EqualTo(table.Values.Row(0).ToArray()));
        Assert.That(table.Values.Row(2).ToArray(), Is.Not.EqualTo(table.Values.Row(0).ToArray()));
    }

    [TestCase("model.onnx", "does not exist")]
    [TestCase("vocab.txt", "does not exist")]
    public void A_missing_file_is_told_by_name(string file, string expected)
    {
        using var folder = ModelCopy();
        File.Delete(folder.File(file));

        Assert.That(
            () => Encode(folder),
            Throws.InstanceOf<InputException>().With.Message.Contains(file).And.Message.Contains(expected)
        );
    }

    [TestCase(0)]
    [TestCase(1000)]
    [TestCase(-100)]
    public void A_model_that_is_cut_off_is_told_in_one_line(int length)
    {
        using var folder = ModelCopy();
        byte[] weights = File.ReadAllBytes(folder.File("model.onnx"));
        File.WriteAllBytes(folder.File("model.onnx"), length < 0 ? weights[..^-length] : weights[..length]);

        Assert.That(() => Encode(folder), OneLine("cannot be loaded"));
    }

    [Test]
    public void More_word_pieces_than_the_model_has_positions_are_told_in_one_line() =>
        Assert.That(
            () =>
            {
                using var engine = new CpuEngine();
                string words = string.Join(' ', Enumerable.Repeat("music", 50));
                FeatureBuilder.Build(
                    "text",
                    Options(4096) with
                    {
                        MaxTokens = 64,
                    },
                    ["a"],
                    [new(words, null, null, null)],
                    Model,
                    engine
                );
            },
            OneLine("maxTokens")
        );

    [TestCase("[UNK]")]
    [TestCase("[CLS]")]
    public void A_vocabulary_without_its_marks_is_told_in_one_line(string mark)
    {
        using var folder = ModelCopy();
        File.WriteAllLines(
            folder.File("vocab.txt"),
            File.ReadLines(folder.File("vocab.txt")).Select(piece => piece == mark ? "nothing" : piece)
        );

        Assert.That(() => Encode(folder), OneLine("vocabulary"));
    }

    private static NUnit.Framework.Constraints.SomeItemsConstraint<char> OneLine(string expected) =>
        Throws.InstanceOf<InputException>().With.Message.Contains(expected).And.Message.Not.Contains('\n');

    private static ModalityFeatures? Encode(TemporaryFolder folder)
    {
        using var engine = new CpuEngine(1);
        return FeatureBuilder.Build("text", Options(4096), ["a"], [new("x", null, null, null)], folder.Path, engine);
    }

    private static ModalityFeatures Minilm(ItemText?[] texts, int threads)
    {
        using var engine = new CpuEngine(threads);
        var options = new ModalityOptions
        {
            Encoder = TextEncoder.Minilm,
            BatchTokens = 1024,
            Standardize = Standardization.None,
            BoilerplateWords = 0,
        };
        return Concurrency.Limit(threads, () => FeatureBuilder.Build("text", options, Ids(texts.Length), texts, "", engine)!);
    }

    private static double Cosine(ModalityFeatures table, int a, int b)
    {
        double sum = 0;
        for (int column = 0; column < table.Values.Columns; column++)
        {
            sum += (double)table.Values[a, column] * table.Values[b, column];
        }

        return sum;
    }

    private static TemporaryFolder ModelCopy()
    {
        var folder = new TemporaryFolder();
        foreach (string file in Directory.GetFiles(Model))
        {
            File.Copy(file, folder.File(Path.GetFileName(file)));
        }

        return folder;
    }

    private static ModalityOptions Options(int batchTokens) =>
        new()
        {
            Encoder = TextEncoder.Onnx,
            ModelFolder = ".",
            MaxTokens = 32,
            BatchTokens = batchTokens,
            Standardize = Standardization.None,
        };

    private static string[] Ids(int count) => [.. Enumerable.Range(0, count).Select(item => $"{item}")];

    public sealed record GoldenSentence(string Text, long[] Tokens, long[] CasedTokens, float[] Vector);
}
