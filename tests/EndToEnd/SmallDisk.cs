using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace CranePipeline.EndToEnd.Tests;

/// <summary>
/// A disk of its own size, which can be changed while it is in use: a file system in memory, mounted where only a process kept for
/// it sees it, and reached through that process's root. The test is passed over where that is not to be had.
/// </summary>
internal sealed class SmallDisk : IDisposable
{
    /// <summary>What the disk hands out room by.</summary>
    public const int Page = 4096;

    /// <summary>
    /// A file of a page that is always there: a disk cannot be made smaller than what is on it, and no smaller than a page.
    /// </summary>
    public const string Ballast = ".ballast";

    private readonly string mount = Directory.CreateTempSubdirectory("crane-disk-").FullName;
    private readonly Process keeper;

    public SmallDisk()
    {
        string script =
            $"mount -t tmpfs -o size=1g none '{mount}' && echo done && while read size; do "
            + $"mount -o remount,size=$size '{mount}' && echo done || echo failed; done";
        var start = new ProcessStartInfo("unshare", ["-rm", "/bin/bash", "-c", script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            keeper = Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Ignore("there is no unshare here");
            throw;
        }

        Folder = $"/proc/{keeper.Id}/root{mount}";
        if (keeper.StandardOutput.ReadLine() != "done" || !Directory.Exists(Folder))
        {
            Dispose();
            Assert.Ignore("no small disk can be mounted here");
        }

        File.WriteAllBytes(Path.Combine(Folder, Ballast), new byte[Page]);
    }

    /// <summary>The disk, as every process sees it.</summary>
    public string Folder { get; }

    /// <summary>Bytes in use, but for the ballast.</summary>
    public long Used => Entries().OfType<FileInfo>().Sum(Rounded);

    /// <summary>The files on it, by path from its root; folders end in a slash.</summary>
    public IReadOnlyList<string> Listing =>
        [
            .. Entries()
                .Select(entry => Path.GetRelativePath(Folder, entry.FullName) + (entry is DirectoryInfo ? "/" : string.Empty))
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>Leaves room for so many bytes beside what is on it.</summary>
    public void Leave(long bytes) => Resize(Used + bytes);

    /// <summary>Gives it room for so many bytes in all.</summary>
    public void Resize(long bytes)
    {
        long size = Page + ((bytes + Page - 1) / Page * Page);
        keeper.StandardInput.WriteLine(size.ToString(CultureInfo.InvariantCulture));
        keeper.StandardInput.Flush();
        Assert.That(keeper.StandardOutput.ReadLine(), Is.EqualTo("done"), $"a disk of {size} bytes");
    }

    /// <summary>Gives it more room than any test needs.</summary>
    public void Grow() => Resize(1L << 30);

    /// <summary>Removes everything on it.</summary>
    public void Clear()
    {
        foreach (FileSystemInfo entry in new DirectoryInfo(Folder).EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo folder)
            {
                folder.Delete(recursive: true);
            }
            else if (entry.Name != Ballast)
            {
                entry.Delete();
            }
        }
    }

    public void Dispose()
    {
        keeper.StandardInput.Close();
        keeper.WaitForExit();
        keeper.Dispose();
        Directory.Delete(mount);
    }

    private static long Rounded(FileInfo file) => (file.Length + Page - 1) / Page * Page;

    private IEnumerable<FileSystemInfo> Entries() =>
        new DirectoryInfo(Folder)
            .EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
            .Where(entry => entry.Name != Ballast);
}
