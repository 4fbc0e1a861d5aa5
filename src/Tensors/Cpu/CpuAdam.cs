namespace CranePipeline.Tensors.Cpu;

/// <summary>Adam on the CPU engine.</summary>
internal sealed unsafe class CpuAdam : IOptimizer
{
    private readonly CpuEngine engine;
    private readonly List<(CpuTensor Parameter, AdamGroup Group, NativeBuffer First, NativeBuffer Second)> slots = [];
    private long steps;

    internal CpuAdam(CpuEngine engine, IReadOnlyList<AdamGroup> groups)
    {
        this.engine = engine;
        foreach (AdamGroup group in groups)
        {
            foreach (Tensor parameter in group.Parameters)
            {
                var own = (CpuTensor)parameter;
                NativeBuffer first = engine.Pool.Rent(own.Count);
                NativeBuffer second = engine.Pool.Rent(own.Count);
                engine.Fill(first.Floats, own.Count, 0f);
                engine.Fill(second.Floats, own.Count, 0f);
                slots.Add((own, group, first, second));
            }
        }
    }

    public void Step(float share = 1)
    {
        steps++;
        foreach ((CpuTensor parameter, AdamGroup group, NativeBuffer first, NativeBuffer second) in slots)
        {
            if (parameter.HasGradient)
            {
                engine.AdamStep(parameter, first, second, group, steps, share);
            }
        }
    }

    public OptimizerState Export()
    {
        var firsts = new List<Matrix>(slots.Count);
        var seconds = new List<Matrix>(slots.Count);
        foreach ((CpuTensor parameter, _, NativeBuffer first, NativeBuffer second) in slots)
        {
            firsts.Add(Copy(parameter, first));
            seconds.Add(Copy(parameter, second));
        }

        return new OptimizerState(steps, firsts, seconds);
    }

    public void Import(OptimizerState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.FirstMoments.Count != slots.Count || state.SecondMoments.Count != slots.Count)
        {
            throw new ArgumentException(
                $"The optimiser has {slots.Count} parameters, the state {state.FirstMoments.Count}.",
                nameof(state)
            );
        }

        for (int slot = 0; slot < slots.Count; slot++)
        {
            CpuTensor parameter = slots[slot].Parameter;
            foreach (Matrix moment in (ReadOnlySpan<Matrix>)[state.FirstMoments[slot], state.SecondMoments[slot]])
            {
                if (moment.Rows != parameter.Rows || moment.Columns != parameter.Columns)
                {
                    throw new ArgumentException(
                        $"Parameter {slot} is {parameter.Rows} × {parameter.Columns}, its moment {moment.Rows} × {moment.Columns}.",
                        nameof(state)
                    );
                }
            }
        }

        steps = state.Steps;
        for (int slot = 0; slot < slots.Count; slot++)
        {
            float[] first = state.FirstMoments[slot].Values;
            float[] second = state.SecondMoments[slot].Values;
            first.CopyTo(new Span<float>(slots[slot].First.Floats, first.Length));
            second.CopyTo(new Span<float>(slots[slot].Second.Floats, second.Length));
        }
    }

    public void Dispose()
    {
        foreach ((_, _, NativeBuffer first, NativeBuffer second) in slots)
        {
            engine.Pool.Return(first);
            engine.Pool.Return(second);
        }

        slots.Clear();
    }

    private static Matrix Copy(CpuTensor shape, NativeBuffer source)
    {
        var result = new Matrix(shape.Rows, shape.Columns);
        new ReadOnlySpan<float>(source.Floats, result.Values.Length).CopyTo(result.Values);
        return result;
    }
}
