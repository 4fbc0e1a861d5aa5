using TorchSharp;

namespace CranePipeline.Tensors.Torch;

/// <summary>
/// Operations of libtorch that TorchSharp 0.107 has no method for, called through a TorchScript function. The text is constant: one that
/// does not compile ends the process.
/// </summary>
internal static class Script
{
    private const string Source = """
        def rows(offsets, columns, values, row_count: int, column_count: int):
            return torch.sparse_csr_tensor(offsets, columns, values, [row_count, column_count])

        def product(sparse, dense):
            return torch._sparse_mm(sparse, dense, "sum")

        def adam(parameter, gradient, first, second, step, rate: float, beta1: float, beta2: float, epsilon: float):
            parameters = [parameter]
            torch._fused_adam_(
                parameters, [gradient], [first], [second], [], [step],
                lr=rate, beta1=beta1, beta2=beta2, weight_decay=0.0, eps=epsilon, amsgrad=False, maximize=False)
            return parameters[0]

        """;

    private static readonly Lazy<torch.jit.CompilationUnit> Unit = new(() => torch.jit.compile(Source));

    /// <summary>
    /// A matrix in compressed rows: offsets <c>[rows + 1]</c> and columns <c>[entries]</c> as int32, values <c>[entries]</c>.
    /// </summary>
    public static torch.Tensor CompressedRows(
        torch.Tensor offsets,
        torch.Tensor columns,
        torch.Tensor values,
        int rows,
        int width
    ) => Unit.Value.invoke<torch.Tensor>("rows", offsets, columns, values, rows, width);

    /// <summary>
    /// A matrix in compressed rows times a dense one. On the processor by the library's own kernel, since MKL's uses its oldest
    /// instructions on processors of other makers than its own.
    /// </summary>
    public static torch.Tensor Product(torch.Tensor rows, torch.Tensor dense) =>
        dense.device_type == DeviceType.CPU ? Unit.Value.invoke<torch.Tensor>("product", rows, dense) : rows.mm(dense);

    /// <summary>One step of Adam in one pass over a parameter and its moments.</summary>
    public static void Adam(
        torch.Tensor parameter,
        torch.Tensor gradient,
        torch.Tensor first,
        torch.Tensor second,
        torch.Tensor step,
        AdamRates rates
    ) =>
        Unit.Value.invoke<torch.Tensor>(
            "adam",
            parameter,
            gradient,
            first,
            second,
            step,
            rates.LearningRate,
            rates.Beta1,
            rates.Beta2,
            rates.Epsilon
        );
}

/// <summary>A group's rates, as the library takes numbers.</summary>
internal sealed record AdamRates(Scalar LearningRate, Scalar Beta1, Scalar Beta2, Scalar Epsilon)
{
    public static AdamRates Of(AdamGroup group, float share) =>
        new(group.LearningRate * share, group.Beta1, group.Beta2, group.Epsilon);
}
