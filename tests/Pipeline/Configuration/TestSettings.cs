using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using CranePipeline.Configuration;
using CranePipeline.Tables;

namespace CranePipeline.Pipeline.Tests.Configuration;

/// <summary>A root with every shape of setting there is.</summary>
internal sealed record TestSettings
{
    public string Model { get; init; } = "";
    public string Preset { get; init; } = "";
    public IReadOnlyList<long> Seeds { get; init; } = [9, 672];

    [Range(0, 64)]
    public int Threads { get; init; }
    public string Data { get; init; } = "data/raw";

    [Inline]
    public TestDataset Dataset { get; init; } = new();
    public TestTrain Train { get; init; } = new();
    public TestClassSettings Evaluate { get; init; } = new();
}

internal sealed record TestDataset
{
    public string Name { get; init; } = "";
    public string? Title { get; init; }
    public string Family { get; init; } = "";
    public IReadOnlyList<TestFile> Files { get; init; } = [];
    public IReadOnlyDictionary<string, TestModality> Modalities { get; init; } = new Dictionary<string, TestModality>();
    public TestGenerate? Generate { get; init; }
}

internal sealed record TestFile(string Path, long? Size = null, bool Optional = false);

internal sealed record TestGenerate
{
    [Range(1, int.MaxValue)]
    public int Users { get; init; } = 2000;

    [RegularExpression("^[a-z]+$")]
    public string Name { get; init; } = "sample";

    public void Validate()
    {
        if (Users == 13)
        {
            throw new InputException("generate.users is 13: take another number.");
        }
    }
}

internal sealed record TestModality
{
    public TestSource Source { get; init; }
    public required string Path { get; init; }

    [Range(1, 65536)]
    public int? Width { get; init; }
    public TestReduction Reduction { get; init; } = new() { Dimension = 384 };
}

internal enum TestSource
{
    ImageBinary,
    Npy,
}

internal sealed record TestReduction
{
    public int Dimension { get; init; } = 64;
    public bool Center { get; init; } = true;
}

internal sealed record TestTrain : IValidatableObject
{
    [Range(1, 10)]
    public int Rounds { get; init; } = 3;

    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double LearningRate { get; init; } = 1e-3;
    public float Temperature { get; init; } = 0.1f;
    public TestCorrelation Correlation { get; init; }

    [AllowedValues("xavier", "pca")]
    public string ProjectionInit { get; init; } = "xavier";
    public int? RebuildEvery { get; init; } = 5;

    [Range(1, 100)]
    [AmbientValue("auto")]
    public int? BatchSize { get; init; } = 10;
    public bool TrainFeatures { get; init; }

    [MinLength(1)]
    [Range(1, 1000)]
    public int[] Cutoffs { get; init; } = [10, 20];
    public IReadOnlyDictionary<string, double>? Weights { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Rounds == 9 && TrainFeatures)
        {
            yield return new ValidationResult("cannot be 9 while features are trained", [nameof(Rounds)]);
        }
    }
}

internal enum TestCorrelation
{
    Linear,
    Feature,
    EntityWise,
}

/// <summary>As F# settings classes are: settable properties, nothing said about null.</summary>
#nullable disable
internal sealed class TestClassSettings
{
    public List<int> Cutoffs { get; set; } = [5, 10];
    public string Note { get; set; }
}
