namespace CranePipeline.Tensors;

/// <summary>An engine whose device has a memory of its own, which a run may not fit.</summary>
public interface IDeviceMemory
{
    /// <summary>Bytes free on the device now, or null where that is not known.</summary>
    long? AvailableBytes { get; }
}
