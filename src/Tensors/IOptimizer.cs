namespace CranePipeline.Tensors;

/// <summary>Moves parameters against their gradients.</summary>
public interface IOptimizer : IDisposable
{
    /// <summary>
    /// One update from the accumulated gradients, which are cleared. A parameter that no gradient has reached stays as it is.
    /// </summary>
    /// <param name="share">Factor on the step size of every group in this update.</param>
    void Step(float share = 1);

    /// <summary>Steps taken, and the two moments of every parameter in the order of the groups: what a checkpoint needs.</summary>
    OptimizerState Export();

    /// <summary>Takes up where an exported state left off.</summary>
    void Import(OptimizerState state);
}
