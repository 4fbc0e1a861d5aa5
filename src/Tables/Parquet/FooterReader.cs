using System.Buffers.Binary;

namespace CranePipeline.Tables;

/// <summary>The end of a Parquet file, which says what is in it and where.</summary>
internal static class FooterReader
{
    private const uint Magic = 0x31524150; // "PAR1"
    private const uint EncryptedMagic = 0x45524150; // "PARE"
    private const int FooterTail = 8;
    private const int UsualFooter = 1 << 16;

    /// <summary>Finds the footer by the file's last bytes and reads it.</summary>
    /// <exception cref="InputException">The file is not a Parquet file, or encrypted.</exception>
    /// <exception cref="CorruptDataException">The footer is damaged.</exception>
    public static FileMetadata Read(ByteSource source)
    {
        var length = source.Length;
        if (length < FooterTail + 4)
        {
            throw new InputException($"{source.Name} has {length} bytes, too few for a Parquet file; fetch or write it again");
        }
        var tail = new byte[(int)Math.Min(length, UsualFooter)];
        source.Read(length - tail.Length, tail);
        var magic = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(tail.Length - 4));
        if (magic == EncryptedMagic)
        {
            throw new InputException($"{source.Name} is encrypted; write it without encryption");
        }
        if (magic != Magic)
        {
            throw new InputException(
                $"{source.Name} does not end like a Parquet file; it is cut short or something else: fetch or write it again"
            );
        }
        var size = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(tail.Length - FooterTail));
        if (size > length - FooterTail - 4)
        {
            throw new CorruptDataException($"a footer of {size} bytes in a file of {length}");
        }
        if (size > tail.Length - FooterTail)
        {
            tail = new byte[size + FooterTail];
            source.Read(length - tail.Length, tail);
        }
        return MetadataReader.File(tail.AsSpan(tail.Length - FooterTail - (int)size, (int)size));
    }

    /// <summary>Looks whether the row groups fit the schema and each other.</summary>
    /// <exception cref="InputException">The file has more rows than a table can have.</exception>
    /// <exception cref="CorruptDataException">They do not fit.</exception>
    public static void CheckRowGroups(FileMetadata file, int leaves, string name)
    {
        long rows = 0;
        foreach (var group in file.RowGroups)
        {
            if (group.Columns.Count != leaves)
            {
                throw new CorruptDataException($"a row group of {group.Columns.Count} columns where the schema has {leaves}");
            }
            if (group.RowCount < 0 || group.RowCount > int.MaxValue)
            {
                throw new CorruptDataException($"a row group of {group.RowCount} rows");
            }
            foreach (var chunk in group.Columns)
            {
                if (chunk.ValueCount < 0 || (!chunk.HasMetadata && !chunk.IsEncrypted))
                {
                    throw new CorruptDataException("a column chunk that is not described");
                }
            }
            rows += group.RowCount;
        }
        if (rows > Array.MaxLength)
        {
            throw new InputException($"{name} has {rows} rows, more than {Array.MaxLength}; split it into several files");
        }
    }
}
