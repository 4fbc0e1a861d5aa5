using System.Numerics.Tensors;
using CranePipeline.Tables;
using CranePipeline.Tensors;
using FastBertTokenizer;
using Microsoft.ML.OnnxRuntime;

namespace CranePipeline.Features;

/// <summary>
/// A BERT-family sentence transformer in ONNX form with its tokeniser. Making one loads the native library of ONNX Runtime, which
/// nothing else does.
/// </summary>
internal sealed class SentenceModel : IDisposable
{
    // Nothing is asked of ONNX Runtime's own threads: a batch is one thread's work.
    private const int SessionThreads = 1;
    private static readonly string[] InputNames = ["input_ids", "attention_mask", "token_type_ids"];

    private readonly InferenceSession session;
    private readonly RunOptions run;
    private readonly BertTokenizer tokenizer = new();
    private readonly string[] inputs;
    private readonly string output;
    private readonly bool firstToken;
    private readonly bool lowerCase;

    /// <summary>Loads a model.</summary>
    /// <exception cref="InputException">The native library is missing, or the files are no such model.</exception>
    internal SentenceModel(ModelFiles files)
    {
        Name = files.Name;
        MaxTokens = files.MaxTokens;
        firstToken = files.FirstToken;
        lowerCase = files.LowerCase;
        try
        {
            using TextReader vocabulary = files.OpenVocabulary();
            tokenizer.LoadVocabulary(vocabulary, files.LowerCase);
        }
        catch (Exception failure) when (failure is ArgumentException or InvalidOperationException or FormatException)
        {
            throw new InputException(
                $"the vocabulary of model {Name} cannot be used: {failure.Message.TrimEnd('.')}; "
                    + "it needs a word piece a line, [PAD], [UNK], [CLS] and [SEP] among them",
                failure
            );
        }

        session = Load(files);
        run = new RunOptions();
        inputs = [.. InputNames.Where(session.InputMetadata.ContainsKey)];
        string? unknown = session.InputMetadata.Keys.FirstOrDefault(name => !InputNames.Contains(name));
        output = session.OutputMetadata.FirstOrDefault(pair => pair.Value.Dimensions is { Length: 3 }).Key ?? "";
        if (unknown is not null || !inputs.AsSpan().StartsWith(InputNames.AsSpan(0, 2)) || output.Length == 0)
        {
            Dispose();
            throw new InputException(
                $"model {Name} is no BERT encoder: it needs inputs input_ids, attention_mask and perhaps "
                    + "token_type_ids, and an output [batch, word pieces, width]; export it for feature extraction"
            );
        }
    }

    internal string Name { get; }

    /// <summary>Word pieces kept of a sentence, the two markers included.</summary>
    internal int MaxTokens { get; }

    /// <summary>The word pieces of a sentence with the markers before and after.</summary>
    internal long[] Tokenize(string sentence) =>
        tokenizer.Encode(lowerCase ? WithoutAccents(sentence) : sentence, MaxTokens).InputIds.ToArray();

    /// <summary>Vectors of unit length of some sentences, <c>[sentences × width]</c>; may be called by several threads at once.</summary>
    internal Matrix Run(long[][] sentences)
    {
        int length = sentences.Max(pieces => pieces.Length);
        var ids = new long[sentences.Length * length];
        var mask = new long[ids.Length];
        for (int row = 0; row < sentences.Length; row++)
        {
            sentences[row].CopyTo(ids, row * length);
            mask.AsSpan(row * length, sentences[row].Length).Fill(1);
        }

        long[] shape = [sentences.Length, length];
        OrtValue[] values =
        [
            .. new[] { ids, mask, new long[ids.Length] }
                .Take(inputs.Length)
                .Select(numbers => OrtValue.CreateTensorValueFromMemory(numbers, shape)),
        ];
        try
        {
            using IDisposableReadOnlyCollection<OrtValue> results = session.Run(run, inputs, values, [output]);
            return Pool(results[0], sentences, length);
        }
        catch (OnnxRuntimeException failure)
        {
            throw new InputException(
                $"model {Name} cannot encode {sentences.Length} sentences of {length} word pieces: {OneLine(failure)}; "
                    + "lower 'maxTokens' to the positions the model has, or 'batchTokens' where memory is short",
                failure
            );
        }
        finally
        {
            Array.ForEach(values, value => value.Dispose());
        }
    }

    public void Dispose()
    {
        run.Dispose();
        session.Dispose();
    }

    // The tokeniser would do it by string.Normalize, which leaves text as it is in a program without ICU.
    private static string WithoutAccents(string sentence)
    {
        if (System.Text.Ascii.IsValid(sentence))
        {
            return sentence;
        }

        var folded = new CharBuffer(sentence.Length + 16);
        foreach (char letter in sentence)
        {
            AccentFolding.Append(letter, ref folded);
        }

        string result = folded.Written.ToString();
        folded.Dispose();
        return result;
    }

    private static InferenceSession Load(ModelFiles files)
    {
        try
        {
            using var options = new SessionOptions
            {
                IntraOpNumThreads = SessionThreads,
                InterOpNumThreads = SessionThreads,
                LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
            };
            return new InferenceSession(files.ReadWeights(), options);
        }
        catch (OnnxRuntimeException failure)
        {
            throw new InputException($"model {files.Name} cannot be loaded: {OneLine(failure)}; get its files again", failure);
        }
        catch (Exception failure)
            when (failure
                    is TypeInitializationException
                        or DllNotFoundException
                        or BadImageFormatException
                        or EntryPointNotFoundException
            )
        {
            throw new InputException(
                $"the native library of ONNX Runtime cannot be loaded ({OneLine(failure.InnerException ?? failure)}), "
                    + $"and encoder {files.Encoder} needs it; put the program on a system it has "
                    + "one for (Linux with glibc, Windows, macOS on ARM), or set 'encoder: hashed'",
                failure
            );
        }
    }

    private Matrix Pool(OrtValue result, long[][] sentences, int length)
    {
        int width = (int)result.GetTensorTypeAndShape().Shape[2];
        ReadOnlySpan<float> hidden = result.GetTensorDataAsSpan<float>();
        var pooled = new Matrix(sentences.Length, width);
        for (int row = 0; row < sentences.Length; row++)
        {
            Span<float> sum = pooled.Row(row);
            int counted = firstToken ? 1 : sentences[row].Length;
            for (int piece = 0; piece < counted; piece++)
            {
                TensorPrimitives.Add(sum, hidden.Slice(((row * length) + piece) * width, width), sum);
            }
        }

        // The mean's direction is the sum's.
        RowOperations.Normalize(pooled);
        return pooled;
    }

    private static string OneLine(Exception failure) => failure.Message.Split('\n')[0].Trim().TrimEnd('.');
}
