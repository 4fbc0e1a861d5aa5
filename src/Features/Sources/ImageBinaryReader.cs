using System.Buffers.Binary;
using System.Runtime.InteropServices;
using CranePipeline.Tables;
using CranePipeline.Tensors;
using Microsoft.Win32.SafeHandles;

namespace CranePipeline.Features;

/// <summary>
/// Reads <c>image_features_*.b</c>: records of ten ASCII bytes (the raw item id) and a fixed number of little-endian float32. The
/// file is read once, from front to back in large blocks; only the records of kept items are converted.
/// </summary>
internal static class ImageBinaryReader
{
    private const int IdBytes = 10;
    private const int BlockBytes = 4 << 20;

    internal static RawVectors Read(
        string path,
        int width,
        string[] itemIds,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation
    )
    {
        using SafeFileHandle file = InputFile.Open(path);
        long length = RandomAccess.GetLength(file);
        int recordBytes = IdBytes + (4 * width);
        Dictionary<RecordKey, int> itemOf = KeysOf(itemIds);
        var values = new Matrix(itemIds.Length, width);
        var present = new bool[itemIds.Length];
        long repeated = 0;
        string name = Path.GetFileName(path);

        // A remainder means a broken download, unless the second record is not where this width puts it: so the width is looked at first.
        CheckWidth(file, path, length, width);
        if (length % recordBytes is var rest and not 0)
        {
            throw new InputException(
                $"'{path}' is cut off: its last record begins at offset {length - rest} "
                    + $"and has {rest} of {recordBytes} bytes; download it again."
            );
        }

        var block = new byte[Math.Max(1, BlockBytes / recordBytes) * recordBytes];
        for (long offset = 0; offset < length; )
        {
            cancellation.ThrowIfCancellationRequested();
            int wanted = (int)Math.Min(block.Length, length - offset);
            InputFile.Fill(file, block.AsSpan(0, wanted), offset, path);
            for (int start = 0; start < wanted; start += recordBytes)
            {
                ReadOnlySpan<byte> record = block.AsSpan(start, recordBytes);
                RecordKey key = RecordKey.Of(record);
                if (!itemOf.TryGetValue(key, out int item))
                {
                    if (!LooksLikeId(record))
                    {
                        throw new InputException(
                            $"'{path}' has no item id at offset {offset + start}, where record {(offset + start) / recordBytes} "
                                + $"of width {width} should begin; check that the file is whole and that 'width' fits it."
                        );
                    }

                    continue;
                }

                if (present[item])
                {
                    repeated++;
                    continue;
                }

                present[item] = true;
                Convert(record[IdBytes..], values.Row(item));
            }

            offset += wanted;
            progress?.Report(new WorkProgress($"reading {name}", "bytes", offset, length));
        }

        return new RawVectors(values, present, $"image features of {name}")
        {
            SourceRecords = length / recordBytes,
            RepeatedIds = repeated,
        };
    }

    private static Dictionary<RecordKey, int> KeysOf(string[] itemIds)
    {
        var keys = new Dictionary<RecordKey, int>(itemIds.Length);
        Span<byte> bytes = stackalloc byte[IdBytes];
        for (int item = 0; item < itemIds.Length; item++)
        {
            string id = itemIds[item];
            if (id.Length != IdBytes || !System.Text.Ascii.IsValid(id))
            {
                continue;
            }

            System.Text.Encoding.ASCII.GetBytes(id, bytes);
            keys[RecordKey.Of(bytes)] = item;
        }

        return keys;
    }

    private static void CheckWidth(SafeFileHandle file, string path, long length, int width)
    {
        long second = IdBytes + (4L * width);
        Span<byte> id = stackalloc byte[IdBytes];
        if (length < IdBytes)
        {
            throw new InputException($"'{path}' has {length} bytes, less than one record; download it again.");
        }

        InputFile.Fill(file, id, 0, path);
        if (!LooksLikeId(id))
        {
            throw new InputException(
                $"'{path}' does not begin with a 10-byte item id (offset 0), so "
                    + "it is not a file of image features; check 'path' and 'source'."
            );
        }

        if (length < second + IdBytes)
        {
            return;
        }

        InputFile.Fill(file, id, second, path);
        if (LooksLikeId(id))
        {
            return;
        }

        string hint = LikelyWidth(file, path, length, width) is { } found
            ? $"the file looks {found} wide, so set 'width: {found}'"
            : "check 'width'";
        throw new InputException(
            $"'{path}' has no item id at offset {second}, where width {width} puts the second record; {hint}."
        );
    }

    private static int? LikelyWidth(SafeFileHandle file, string path, long length, int stated)
    {
        // An id can only stand where a whole number of float32 has passed, and ten printable bytes are rare among float32.
        int most = (int)Math.Min(length - (2 * IdBytes), 4L * 65536);
        var head = new byte[most + (2 * IdBytes)];
        InputFile.Fill(file, head, 0, path);
        for (int width = 1; 4 * width <= most; width++)
        {
            if (width != stated && length % (IdBytes + (4 * width)) == 0 && LooksLikeId(head.AsSpan(IdBytes + (4 * width))))
            {
                return width;
            }
        }

        return null;
    }

    private static bool LooksLikeId(ReadOnlySpan<byte> record)
    {
        foreach (byte letter in record[..IdBytes])
        {
            if (letter is <= (byte)' ' or >= 127)
            {
                return false;
            }
        }

        return true;
    }

    private static void Convert(ReadOnlySpan<byte> bytes, Span<float> row)
    {
        bytes.CopyTo(MemoryMarshal.AsBytes(row));
        if (!BitConverter.IsLittleEndian)
        {
            Span<int> words = MemoryMarshal.Cast<float, int>(row);
            BinaryPrimitives.ReverseEndianness(words, words);
        }
    }

    // The ten bytes of an id as two integers, so that looking one up makes no string.
    private readonly record struct RecordKey(ulong First, ushort Rest)
    {
        internal static RecordKey Of(ReadOnlySpan<byte> record) =>
            new(BinaryPrimitives.ReadUInt64LittleEndian(record), BinaryPrimitives.ReadUInt16LittleEndian(record[8..]));
    }
}
