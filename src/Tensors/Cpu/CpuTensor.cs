namespace CranePipeline.Tensors.Cpu;

/// <summary>A matrix of the CPU engine, and the gradient it has been given.</summary>
internal sealed unsafe class CpuTensor : Tensor
{
    private readonly CpuEngine engine;
    private NativeBuffer values;
    private NativeBuffer gradient;

    internal CpuTensor(CpuEngine engine, int rows, int columns, bool requiresGradient, bool isParameter)
    {
        this.engine = engine;
        (Rows, Columns, RequiresGradient, IsParameter) = (rows, columns, requiresGradient, isParameter);
        values = engine.Pool.Rent((long)rows * columns);
    }

    /// <summary>A constant in the order of its products alone.</summary>
    internal CpuTensor(CpuEngine engine, PanelMatrix panels)
    {
        this.engine = engine;
        (Rows, Columns, Panels) = (panels.Rows, panels.Columns, panels);
    }

    public override IEngine Engine => engine;

    public override int Rows { get; }

    public override int Columns { get; }

    public override bool RequiresGradient { get; }

    /// <summary>Whether gradients end here, to be used by an optimiser.</summary>
    public bool IsParameter { get; }

    /// <summary>Made outside any step, so that preparing it for its products pays.</summary>
    public bool IsLasting { get; init; }

    /// <summary>A constant's values in the order of its products, once one has asked for them.</summary>
    public PanelMatrix? Panels { get; set; }

    public long Count => (long)Rows * Columns;

    public bool IsAlive => !values.IsEmpty;

    public bool HasGradient => !gradient.IsEmpty;

    public float* Values => values.Floats;

    /// <summary>The accumulated gradient; null where none has come.</summary>
    public float* Gradient => gradient.Floats;

    public float* Row(int row) => Values + ((long)row * Columns);

    public View AsView() => new(Values, Rows, Columns, Columns, 1);

    public View GradientView() => new(Gradient, Rows, Columns, Columns, 1);

    /// <summary>Makes room for a gradient. True where one is there already and must be added to, false where it must be set.</summary>
    public bool OpenGradient()
    {
        if (HasGradient)
        {
            return true;
        }

        gradient = engine.Pool.Rent(Count);
        return false;
    }

    /// <summary>As <see cref="OpenGradient"/>, with zeros where there was none.</summary>
    public void OpenZeroGradient()
    {
        if (!OpenGradient())
        {
            engine.Fill(Gradient, Count, 0f);
        }
    }

    /// <summary>Hands the gradient of a value whose own part in the backward pass is over to an operand that has none yet.</summary>
    public void MoveGradientTo(CpuTensor operand)
    {
        operand.gradient = gradient;
        gradient = default;
    }

    public void ClearGradient()
    {
        engine.Pool.Return(gradient);
        gradient = default;
    }

    public override void Dispose()
    {
        engine.Pool.Return(values);
        values = default;
        Panels?.Dispose();
        Panels = null;
        ClearGradient();
    }
}
