using System.Text.Json;
using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Features.Tests;

public class SentenceTransformerTests
{
    private static readonly string Model = Path.Combine(TestContext.CurrentContext.TestDirectory, "Golden", "tiny-bert");

    private static readonly GoldenSentence[] Golden = JsonSerializer.Deserialize<GoldenSentence[]>(
        File.ReadAllText(Path.Combine(Model, "sentences.json")),
        JsonSerializerOptions.Web
    )!;

    [TestCaseSource(nameof(Golden))]
    public void Word_pieces_are_those_of_an_independent_tokeniser(GoldenSentence golden)
    {
        string vocabulary = Path.Combine(Model, "vocab.txt");

        Assert.That(new WordPieceTokenizer(vocabulary, lowerCase: true).Encode(golden.Text, 32), Is.EqualTo(golden.Tokens));
        Assert.That(new WordPieceTokenizer(vocabulary, lowerCase: false).Encode(golden.Text, 32), Is.EqualTo(golden.CasedTokens));
    }

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
            if (table.Present[item] && ItemSentence.Compose(texts[item], options.Fields, 0) == Golden[item].Text)
            {
                compared++;
                Assert.That(table.Values.Row(item).ToArray(), Is.EqualTo(Golden[item].Vector).Within(2e-6f), Golden[item].Text);
            }
        }

        Assert.That(compared, Is.GreaterThan(15));
    }

    [Test]
    public void Vectors_do_not_depend_on_the_number_of_threads()
    {
        ItemText?[] texts = [.. Golden.Select(golden => new ItemText(golden.Text, null, null, null))];
        float[][] values =
        [
            .. ((int[])[1, 3]).Select(threads =>
            {
                using var engine = new CpuEngine(threads);
                return Concurrency
                    .Limit(threads, () => FeatureBuilder.Build("text", Options(4096), Ids(texts.Length), texts, Model, engine)!)
                    .Values.Values;
            }),
        ];

        Assert.That(values[1], Is.EqualTo(values[0]));
    }

    [Test]
    public void A_cut_off_weights_file_is_told_with_its_offset()
    {
        using var folder = new TemporaryFolder();
        foreach (string file in Directory.GetFiles(Model))
        {
            File.Copy(file, folder.File(Path.GetFileName(file)));
        }

        byte[] weights = File.ReadAllBytes(folder.File("model.safetensors"));
        File.WriteAllBytes(folder.File("model.safetensors"), weights[..^100]);
        using var engine = new CpuEngine();

        Assert.That(
            () => FeatureBuilder.Build("text", Options(4096), ["a"], [new("x", null, null, null)], folder.Path, engine),
            Throws
                .InstanceOf<InputException>()
                .With.Message.Contains($"{weights.Length - 100} bytes")
                .And.Message.Contains("model.safetensors")
        );
    }

    [TestCase("\"hidden_size\": 24", "\"hidden_size\": 20", "shape")]
    [TestCase("\"model_type\": \"bert\"", "\"model_type\": \"roberta\"", "roberta")]
    [TestCase("\"hidden_act\": \"gelu\"", "\"hidden_act\": \"swish\"", "swish")]
    [TestCase("\"num_attention_heads\": 4", "\"num_attention_heads\": 5", "multiple")]
    [TestCase("{", "", "JSON")]
    public void A_model_that_is_not_what_it_says_is_refused(string found, string replacement, string expected)
    {
        using var folder = new TemporaryFolder();
        foreach (string file in Directory.GetFiles(Model))
        {
            File.Copy(file, folder.File(Path.GetFileName(file)));
        }

        string config = File.ReadAllText(folder.File("config.json"));
        Assert.That(config, Does.Contain(found));
        File.WriteAllText(folder.File("config.json"), config.Replace(found, replacement, StringComparison.Ordinal));
        using var engine = new CpuEngine();

        Assert.That(
            () => FeatureBuilder.Build("text", Options(4096), ["a"], [new("x", null, null, null)], folder.Path, engine),
            Throws.InstanceOf<InputException>().With.Message.Contains(expected)
        );
    }

    private static ModalityOptions Options(int batchTokens) =>
        new()
        {
            Encoder = TextEncoder.Transformer,
            ModelFolder = ".",
            MaxTokens = 32,
            BatchTokens = batchTokens,
            Standardize = Standardization.None,
        };

    private static string[] Ids(int count) => [.. Enumerable.Range(0, count).Select(item => $"{item}")];

    public sealed record GoldenSentence(string Text, int[] Tokens, int[] CasedTokens, float[] Vector)
    {
        public override string ToString() => JsonSerializer.Serialize(Text[..Math.Min(40, Text.Length)]);
    }
}
