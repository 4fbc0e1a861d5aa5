using CranePipeline.Tables.Tests;

namespace CranePipeline.Pipeline.Tests.Fuzz;

/// <summary>A kind of file, whole, and the door it comes in by.</summary>
/// <param name="Name">Its kind.</param>
/// <param name="File">What the file is called, in a folder of its own.</param>
/// <param name="Whole">Its content where nothing is wrong with it.</param>
/// <param name="Damage">What may happen to it.</param>
/// <param name="Read">Reads it out of the folder, as the program does.</param>
public sealed record FuzzTarget(string Name, string File, byte[] Whole, Func<byte[], Random, byte[]> Damage, Action<string> Read)
{
    public static FuzzTarget Text(string name, string file, byte[] whole, Action<string> read) =>
        new(name, file, whole, Mutation.OfText, read);

    public static FuzzTarget Bytes(string name, string file, byte[] whole, Action<string> read) =>
        new(name, file, whole, Mutation.OfBytes, read);

    /// <summary>The same in gzip; <paramref name="plain"/> is damaged before it is packed, or after.</summary>
    public static FuzzTarget Gzip(FuzzTarget plain, Func<string, Action<string>> read)
    {
        string file = plain.File + ".gz";
        return new FuzzTarget(
            plain.Name + ", gzip",
            file,
            plain.Whole,
            (whole, random) => Mutation.OfGzip(whole, random, plain.Damage),
            read(file)
        );
    }

    public override string ToString() => Name;
}
