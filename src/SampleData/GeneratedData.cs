namespace CranePipeline.SampleData;

/// <summary>What a generator run left in its folder.</summary>
/// <param name="Files">The files, in the order they are made: full path and size in bytes.</param>
/// <param name="Fresh">True when the folder already held exactly what the options ask for and nothing was written.</param>
public sealed record GeneratedData(IReadOnlyList<GeneratedFile> Files, bool Fresh);
