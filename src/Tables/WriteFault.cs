namespace CranePipeline.Tables;

/// <summary>What is said where something cannot be written: where, the system's reason, and what to do.</summary>
public static class WriteFault
{
    // ENOSPC and EDQUOT of Linux; ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL of Windows.
    private static readonly int[] NoRoom = [28, 122, unchecked((int)0x80070027), unchecked((int)0x80070070)];

    /// <summary>Whether an exception is of the kind that the file system answers with.</summary>
    public static bool Is(Exception problem) => problem is IOException or UnauthorizedAccessException;

    /// <summary>Whether it says that the disk or a quota is used up.</summary>
    public static bool IsNoRoom(Exception problem) => problem is IOException && NoRoom.Contains(problem.HResult);

    /// <summary>The refusal in one line.</summary>
    /// <param name="path">What was to be written, as the person knows it.</param>
    /// <param name="problem">What the system said.</param>
    /// <param name="advice">What to do about it.</param>
    public static InputException At(string path, Exception problem, string advice = "free space or name another place")
    {
        ArgumentNullException.ThrowIfNull(problem);
        return new InputException($"cannot write {path}: {Reason(problem)}; {advice}", problem);
    }

    /// <summary>The system's reason in the style of the other messages, without the path it was met at.</summary>
    public static string Reason(Exception problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        string text = problem.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ');
        int path = text.IndexOf(" : '", StringComparison.Ordinal);
        text = path > 0 && text.EndsWith('\'') ? text[..path] : text;
        return text.Length == 0 ? problem.GetType().Name : char.ToLowerInvariant(text[0]) + text[1..];
    }
}
