using CranePipeline.Tensors.Cpu;

namespace CranePipeline.Tensors;

/// <content>Steps and gradients.</content>
public sealed unsafe partial class CpuEngine
{
    /// <inheritdoc/>
    public IDisposable BeginStep(bool gradients)
    {
        if (inStep)
        {
            throw new InvalidOperationException("A step is open already; steps do not nest.");
        }

        (inStep, recording) = (true, gradients);
        return new Step(this);
    }

    /// <inheritdoc/>
    public void Backward(Tensor loss)
    {
        CpuTensor scalar = Own(loss);
        if (!recording)
        {
            throw new InvalidOperationException("Backward needs an open step that records gradients.");
        }

        if (scalar.Count != 1)
        {
            throw new ArgumentException($"Backward starts from a 1 × 1 loss, not from {Shape(scalar)}.", nameof(loss));
        }

        if (!scalar.RequiresGradient)
        {
            return;
        }

        bool add = scalar.OpenGradient();
        *scalar.Gradient = add ? *scalar.Gradient + 1f : 1f;
        for (int entry = tape.Count - 1; entry >= 0; entry--)
        {
            CpuTensor output = tape[entry].Output;
            if (output.HasGradient)
            {
                tape[entry].Backward();
                output.ClearGradient();
            }
        }
    }

    /// <inheritdoc/>
    public Matrix? ReadGradient(Tensor parameter)
    {
        CpuTensor own = Own(parameter);
        if (!own.IsParameter)
        {
            throw new ArgumentException("Only parameters keep a gradient.", nameof(parameter));
        }

        return own.HasGradient ? ToMatrix(own, own.Gradient) : null;
    }

    /// <inheritdoc/>
    public IOptimizer Adam(IReadOnlyList<AdamGroup> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        foreach (AdamGroup group in groups)
        {
            foreach (Tensor parameter in group.Parameters)
            {
                if (!Own(parameter).IsParameter)
                {
                    throw new ArgumentException("Adam trains parameters only.", nameof(groups));
                }
            }
        }

        return new CpuAdam(this, groups);
    }

    /// <summary>One parameter's part of an Adam step.</summary>
    internal void AdamStep(CpuTensor parameter, NativeBuffer first, NativeBuffer second, AdamGroup group, long step, float share)
    {
        double correction1 = 1 - Math.Pow(group.Beta1, step);
        double correction2 = 1 - Math.Pow(group.Beta2, step);
        float rate = (float)(group.LearningRate * share / correction1);
        float root = (float)(1 / Math.Sqrt(correction2));
        ForElements(
            parameter.Count,
            (from, count) =>
                kernel.Adam(
                    parameter.Values + from,
                    parameter.Gradient + from,
                    first.Floats + from,
                    second.Floats + from,
                    count,
                    group.Beta1,
                    group.Beta2,
                    rate,
                    root,
                    group.Epsilon
                )
        );
        parameter.ClearGradient();
    }

    private CpuTensor Record(CpuTensor result, Action backward)
    {
        if (result.RequiresGradient)
        {
            tape.Add(new TapeEntry(result, backward));
        }

        return result;
    }

    private void EndStep()
    {
        foreach (IDisposable value in stepValues)
        {
            value.Dispose();
        }

        stepValues.Clear();
        tape.Clear();
        (inStep, recording) = (false, false);
    }

    private sealed class Step(CpuEngine engine) : IDisposable
    {
        private bool ended;

        public void Dispose()
        {
            if (!ended)
            {
                ended = true;
                engine.EndStep();
            }
        }
    }
}
