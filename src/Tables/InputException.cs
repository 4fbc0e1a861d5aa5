namespace CranePipeline.Tables;

/// <summary>
/// Bad input or a bad environment, told in one sentence that says what is wrong, where, and what to do about it.
/// The host prints <see cref="Exception.Message"/> alone and exits with code 1.
/// </summary>
public sealed class InputException(string message, Exception? cause = null) : Exception(message, cause);
