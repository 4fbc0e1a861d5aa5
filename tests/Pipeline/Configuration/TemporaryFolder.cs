namespace CranePipeline.Pipeline.Tests.Configuration;

/// <summary>A folder of settings files for one test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder(params (string File, string Text)[] files)
    {
        Path = Directory.CreateTempSubdirectory("crane-settings-").FullName;
        foreach (var (file, text) in files)
        {
            Write(file, text);
        }
    }

    public string Path { get; }

    public string File(string name) => System.IO.Path.Combine(Path, name).Replace('\\', '/');

    public void Write(string name, string text)
    {
        var file = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        System.IO.File.WriteAllText(file, text);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
