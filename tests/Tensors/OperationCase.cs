namespace CranePipeline.Tensors.Tests;

/// <summary>One operation with inputs to try it on, and its formula in double precision.</summary>
public sealed class OperationCase
{
    private OperationCase(string name) => Name = name;

    /// <summary>What a failure is reported under.</summary>
    public string Name { get; }

    /// <summary>Matrices the operation is differentiated by.</summary>
    public required double[][,] Inputs { get; init; }

    /// <summary>The operation on an engine.</summary>
    public required Func<IEngine, Tensor[], Tensor> Run { get; init; }

    /// <summary>The operation by its formula.</summary>
    public required Func<double[][,], double[,]> Formula { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Random inputs of the given shapes; every value is one that a float can hold.</summary>
    public static OperationCase Random(
        string name,
        (int Rows, int Columns)[] shapes,
        Func<IEngine, Tensor[], Tensor> run,
        Func<double[][,], double[,]> formula,
        Func<double, double>? shape = null
    )
    {
        var random = new RandomStream(11, name);
        var inputs = new double[shapes.Length][,];
        for (int input = 0; input < shapes.Length; input++)
        {
            inputs[input] = Reference.New(
                shapes[input].Rows,
                shapes[input].Columns,
                (_, _) => (float)(shape ?? (x => x))(random.NextNormal())
            );
        }

        return Of(name, inputs, run, formula);
    }

    /// <summary>Given inputs.</summary>
    public static OperationCase Of(
        string name,
        double[][,] inputs,
        Func<IEngine, Tensor[], Tensor> run,
        Func<double[][,], double[,]> formula
    ) =>
        new(name)
        {
            Inputs = inputs,
            Run = run,
            Formula = formula,
        };
}
