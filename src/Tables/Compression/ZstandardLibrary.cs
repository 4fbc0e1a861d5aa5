using System.Runtime.InteropServices;

namespace CranePipeline.Tables;

/// <summary>The machine's own libzstd, found at run time: no package carries it.</summary>
internal static unsafe class ZstandardLibrary
{
    private const int Level = 3;
    private static readonly string[] Names =
    [
        "libzstd.so.1",
        "libzstd.so",
        "libzstd.1.dylib",
        "libzstd.dylib",
        "libzstd.dll",
        "zstd.dll",
    ];
    private static readonly Functions? Loaded = Load();

    public static bool IsAvailable => Loaded is not null;

    /// <summary>Decompresses; answers false where the block is damaged or has another length.</summary>
    public static bool TryDecompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        fixed (byte* from = source)
        fixed (byte* to = destination)
        {
            var size = Loaded!.Decompress(to, (nuint)destination.Length, from, (nuint)source.Length);
            return Loaded.IsError(size) == 0 && size == (nuint)destination.Length;
        }
    }

    public static void Compress(ReadOnlySpan<byte> source, ByteBuffer output)
    {
        var bound = (int)Loaded!.CompressBound((nuint)source.Length);
        fixed (byte* from = source)
        fixed (byte* to = output.Reserve(bound))
        {
            var size = Loaded.Compress(to, (nuint)bound, from, (nuint)source.Length, Level);
            if (Loaded.IsError(size) != 0)
            {
                throw new InvalidOperationException("libzstd refused to compress a page");
            }
            output.Advance((int)size);
        }
    }

    private static Functions? Load()
    {
        foreach (var name in Names)
        {
            if (
                NativeLibrary.TryLoad(name, out var library)
                && NativeLibrary.TryGetExport(library, "ZSTD_compress", out var compress)
                && NativeLibrary.TryGetExport(library, "ZSTD_compressBound", out var compressBound)
                && NativeLibrary.TryGetExport(library, "ZSTD_decompress", out var decompress)
                && NativeLibrary.TryGetExport(library, "ZSTD_isError", out var isError)
            )
            {
                return new Functions(compress, compressBound, decompress, isError);
            }
        }
        return null;
    }

    private sealed class Functions(nint compress, nint compressBound, nint decompress, nint isError)
    {
        public nuint Compress(byte* to, nuint room, byte* from, nuint size, int level) =>
            ((delegate* unmanaged[Cdecl]<byte*, nuint, byte*, nuint, int, nuint>)compress)(to, room, from, size, level);

        public nuint CompressBound(nuint size) => ((delegate* unmanaged[Cdecl]<nuint, nuint>)compressBound)(size);

        public nuint Decompress(byte* to, nuint room, byte* from, nuint size) =>
            ((delegate* unmanaged[Cdecl]<byte*, nuint, byte*, nuint, nuint>)decompress)(to, room, from, size);

        public uint IsError(nuint code) => ((delegate* unmanaged[Cdecl]<nuint, uint>)isError)(code);
    }
}
