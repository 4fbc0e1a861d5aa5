namespace CranePipeline.Tables;

/// <summary>Files that appear under their name whole or not at all.</summary>
public static class WholeFile
{
    private const int BufferBytes = 1 << 16;
    private const int CopyBytes = 1 << 20;

    /// <summary>Writes to a neighbour, flushes it to the disk and renames it.</summary>
    /// <param name="path">Where; a file that is there is replaced.</param>
    /// <param name="write">Writes the content to a stream that can seek.</param>
    /// <param name="neighbour">
    /// The neighbour's name, where nobody else writes the file: one that a killed process left is then written over. Otherwise a
    /// process has its own.
    /// </param>
    /// <returns>Size in bytes.</returns>
    /// <exception cref="InputException">
    /// The file cannot be written: the folder is missing, read-only, full, or the name is a folder's.
    /// </exception>
    public static long Write(string path, Action<Stream> write, string? neighbour = null)
    {
        ArgumentNullException.ThrowIfNull(write);
        using var file = new Neighbour(path, neighbour);
        long bytes = file.Fill(write);
        file.Rename();
        return bytes;
    }

    /// <summary>Writes files that belong together: none of them appears before all are whole.</summary>
    /// <exception cref="InputException">One cannot be written.</exception>
    public static void WriteAll(IReadOnlyList<(string Path, Action<Stream> Write)> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var neighbours = new List<Neighbour>();
        try
        {
            foreach ((string path, Action<Stream> write) in files)
            {
                var file = new Neighbour(path, null);
                neighbours.Add(file);
                file.Fill(write);
            }

            neighbours.ForEach(file => file.Rename());
        }
        finally
        {
            neighbours.ForEach(file => file.Dispose());
        }
    }

    /// <summary>Copies a file.</summary>
    /// <param name="source">From where.</param>
    /// <param name="path">To where; a file that is there is replaced.</param>
    /// <param name="neighbour">As for <see cref="Write"/>.</param>
    /// <exception cref="InputException">The source cannot be read, or the file cannot be written; which of the two is told.</exception>
    public static void Copy(string source, string path, string? neighbour = null)
    {
        using FileStream from = Reading(source, () => File.OpenRead(source));
        Write(
            path,
            to =>
            {
                byte[] block = new byte[CopyBytes];
                while (Reading(source, () => from.Read(block)) is > 0 and var count)
                {
                    to.Write(block, 0, count);
                }
            },
            neighbour
        );
    }

    /// <summary>Makes the folder that a file is to lie in.</summary>
    /// <exception cref="InputException">It cannot be made.</exception>
    public static void MakeFolderOf(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (Exception problem) when (WriteFault.Is(problem))
        {
            throw WriteFault.At(path, problem, "name another place");
        }
    }

    // Not a fault of the file that is written, which has advice of its own.
    private static T Reading<T>(string source, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception problem) when (WriteFault.Is(problem))
        {
            throw new InputException(
                $"cannot read {source}: {WriteFault.Reason(problem)}; check that it is there, may be read, and that its disk is sound",
                problem
            );
        }
    }

    /// <summary>A file under its passing name.</summary>
    private sealed class Neighbour(string path, string? name) : IDisposable
    {
        private readonly string partial = name ?? $"{path}.{Environment.ProcessId}.partial";
        private bool made;

        public long Fill(Action<Stream> write)
        {
            if (Directory.Exists(path))
            {
                throw new InputException($"cannot write {path}: it is a folder; name a file");
            }

            return Calling(() =>
            {
                using var stream = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, BufferBytes);
                made = true;
                write(stream);
                stream.Flush(flushToDisk: true);
                return stream.Length;
            });
        }

        public void Rename() =>
            Calling(() =>
            {
                File.Move(partial, path, overwrite: true);
                made = false;
                return true;
            });

        public void Dispose()
        {
            if (made)
            {
                File.Delete(partial);
            }
        }

        private T Calling<T>(Func<T> call)
        {
            try
            {
                return call();
            }
            catch (Exception problem) when (WriteFault.Is(problem))
            {
                string text = problem.Message.Replace($"'{partial}' ", string.Empty, StringComparison.Ordinal);
                throw text == problem.Message
                    ? WriteFault.At(path, problem)
                    : WriteFault.At(path, new IOException(text, problem));
            }
        }
    }
}
