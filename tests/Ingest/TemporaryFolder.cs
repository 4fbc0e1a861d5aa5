using System.IO.Compression;
using System.Text;

namespace CranePipeline.Ingest.Tests;

/// <summary>A data folder of one test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Directory.CreateDirectory(Root);

    public string Root { get; } = Path.Combine(Path.GetTempPath(), "crane-ingest-" + Guid.NewGuid().ToString("N"));

    public TemporaryFolder With(string name, string text) => With(name, Encoding.UTF8.GetBytes(text));

    public TemporaryFolder With(string name, byte[] bytes)
    {
        string path = Path.Combine(Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return this;
    }

    public IngestResult Run(InteractionSource source, Func<IngestOptions, IngestOptions>? change = null, int threads = 2)
    {
        IngestOptions options = new()
        {
            Interactions = [source],
            MinUserInteractions = 0,
            MinItemInteractions = 0,
        };
        return Ingestor.Run(change?.Invoke(options) ?? options, Root, threads);
    }

    public IngestResult Run(string path, Func<IngestOptions, IngestOptions>? change = null, int threads = 2) =>
        Run(new InteractionSource { Path = path }, change, threads);

    public static byte[] Gzip(byte[] bytes)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}

/// <summary>Results in a form that can be compared.</summary>
internal static class ResultText
{
    public static string Of(IngestResult result)
    {
        StringBuilder text = new();
        for (int row = 0; row < result.Interactions.Users.Length; row++)
        {
            text.Append(result.UserIds[result.Interactions.Users[row]])
                .Append(' ')
                .Append(result.ItemIds[result.Interactions.Items[row]]);
            text.Append(' ')
                .Append(result.Interactions.Ratings?[row])
                .Append(' ')
                .Append(result.Interactions.Timestamps?[row])
                .Append(' ')
                .Append(result.Interactions.Labels?[row])
                .Append('\n');
        }

        return text.ToString();
    }
}
