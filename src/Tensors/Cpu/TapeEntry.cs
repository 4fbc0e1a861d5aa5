namespace CranePipeline.Tensors.Cpu;

/// <summary>A recorded operation: what it made, and how to pass that value's gradient on to the operands that take one.</summary>
internal readonly record struct TapeEntry(CpuTensor Output, Action Backward);
