namespace CranePipeline.Tables;

/// <summary>
/// Bytes that break their format. Raised where only the bytes are known; whoever knows the file and the place turns it into an
/// <see cref="InputException"/>.
/// </summary>
/// <param name="message">What is wrong.</param>
/// <param name="advice">What to do about it, where that is not to get a whole file.</param>
internal sealed class CorruptDataException(string message, string advice = "the file is damaged: fetch or write it again")
    : Exception(message)
{
    public InputException At(string place) => new($"{place}: {Message}; {advice}", this);
}
