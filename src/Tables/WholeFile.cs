namespace CranePipeline.Tables;

/// <summary>Files that appear under their name whole or not at all.</summary>
public static class WholeFile
{
    private const int BufferBytes = 1 << 16;

    /// <summary>Writes to a neighbour, flushes it to the disk and renames it.</summary>
    /// <param name="path">Where; a file that is there is replaced.</param>
    /// <param name="write">Writes the content to a stream that can seek.</param>
    /// <returns>Size in bytes.</returns>
    /// <exception cref="InputException">The file cannot be written: the folder is missing, read-only, full, or the name is a folder's.</exception>
    public static long Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        string partial = $"{path}.{Environment.ProcessId}.partial";
        bool made = false;
        try
        {
            if (Directory.Exists(path))
            {
                throw new InputException($"cannot write {path}: it is a folder; name a file");
            }

            long bytes;
            using (var stream = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, BufferBytes))
            {
                made = true;
                write(stream);
                stream.Flush(flushToDisk: true);
                bytes = stream.Length;
            }

            File.Move(partial, path, overwrite: true);
            return bytes;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new InputException(
                $"cannot write {path}: {Reason(problem, partial)}; free space or name another place",
                problem
            );
        }
        finally
        {
            if (made)
            {
                File.Delete(partial);
            }
        }
    }

    /// <summary>Makes the folder that a file is to lie in.</summary>
    /// <exception cref="InputException">It cannot be made.</exception>
    public static void MakeFolderOf(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot write {path}: {Reason(problem, path)}; name another place", problem);
        }
    }

    /// <summary>The system's reason without the neighbour's name, in the style of the other messages.</summary>
    private static string Reason(Exception problem, string partial)
    {
        string text = problem.Message.ReplaceLineEndings(" ").Replace($" : '{partial}'", string.Empty, StringComparison.Ordinal);
        text = text.Replace($"'{partial}' ", string.Empty, StringComparison.Ordinal).TrimEnd('.', ' ');
        return text.Length == 0 ? problem.GetType().Name : char.ToLowerInvariant(text[0]) + text[1..];
    }
}
