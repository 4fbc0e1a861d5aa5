namespace CranePipeline.Store;

/// <summary>Another run held something for longer than this run wanted to wait; the message is one line.</summary>
internal sealed class WaitTimeoutException(string message) : Exception(message);
