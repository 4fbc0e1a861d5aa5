using CranePipeline.Tables;
using Microsoft.Win32.SafeHandles;

namespace CranePipeline.Features;

/// <summary>Opens and reads files so that whatever is wrong with them is told in one sentence.</summary>
internal static class InputFile
{
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

    internal static void Check(string path)
    {
        if (!File.Exists(path))
        {
            throw new InputException(
                $"'{path}' does not exist; put the file there, correct 'path', or set 'optional: true' to go on without this modality."
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

    internal static IEnumerable<string> Lines(string path)
    {
        Check(path);
        return File.ReadLines(path);
    }
}
