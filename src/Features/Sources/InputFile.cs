using System.Text;
using CranePipeline.Tables;
using Microsoft.Win32.SafeHandles;

namespace CranePipeline.Features;

/// <summary>Opens and reads files so that whatever is wrong with them is told in one sentence.</summary>
internal static class InputFile
{
    /// <summary>Characters that a line of neighbours or ids may have.</summary>
    internal const int LongestLine = 1 << 20;

    internal static SafeFileHandle Open(string path)
    {
        Check(path);
        try
        {
            return File.OpenHandle(path, options: FileOptions.SequentialScan);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"'{path}' cannot be opened: {failure.Message}", failure);
        }
    }

    internal static void Check(string path, string setting = "path")
    {
        if (!File.Exists(path))
        {
            throw new InputException(
                $"'{path}' does not exist; put the file there, correct '{setting}', or set 'optional: true' to go on without this modality"
            );
        }
    }

    internal static void Fill(SafeFileHandle file, Span<byte> target, long offset, string path)
    {
        int done = 0;
        while (done < target.Length)
        {
            int read;
            try
            {
                read = RandomAccess.Read(file, target[done..], offset + done);
            }
            catch (IOException failure)
            {
                throw new InputException($"'{path}' cannot be read at offset {offset + done}: {failure.Message}", failure);
            }

            if (read == 0)
            {
                throw new InputException(
                    $"'{path}' ends at offset {offset + done}, where {target.Length - done} more bytes should follow; download it again."
                );
            }

            done += read;
        }
    }

    /// <summary>Lines of a text file, none of them held beyond <see cref="LongestLine"/> characters.</summary>
    internal static IEnumerable<string> Lines(string path)
    {
        Check(path);
        using var reader = new StreamReader(path);
        var block = new char[1 << 16];
        var line = new StringBuilder();
        long number = 1;
        for (int read; (read = reader.Read(block)) > 0; )
        {
            int start = 0;
            for (int end; (end = block.AsSpan(start, read - start).IndexOf('\n')) >= 0; start += end + 1)
            {
                line.Append(block, start, end);
                yield return Taken(line);
                number++;
            }

            line.Append(block, start, read - start);
            if (line.Length > LongestLine)
            {
                throw new InputException(
                    $"'{path}', line {number} is longer than {LongestLine} characters, "
                        + "so it is no list of a line an item; check that this is the right file"
                );
            }
        }

        if (line.Length > 0)
        {
            yield return Taken(line);
        }
    }

    private static string Taken(StringBuilder line)
    {
        string text = line.Length > 0 && line[^1] == '\r' ? line.ToString(0, line.Length - 1) : line.ToString();
        line.Clear();
        return text;
    }
}
