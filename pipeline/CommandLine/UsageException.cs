namespace CranePipeline.CommandLine;

/// <summary>Wrong usage of the command line, told in one sentence; the host prints it on standard error and exits with code 2.</summary>
internal sealed class UsageException(string message) : Exception(message);
