using System.Buffers;
using System.Runtime.InteropServices;

namespace CranePipeline.Tables;

/// <summary>
/// Reads and writes NumPy's .npy files, format versions 1.0, 2.0 and 3.0: arrays of one or two dimensions of float16, float32, float64,
/// integers or truth values, in either byte order, in C or Fortran order.
/// </summary>
public static class NpyFile
{
    private const int BlockBytes = 1 << 20;

    /// <summary>The form of a file's array, without reading it.</summary>
    /// <exception cref="InputException">The file is not there, is not an .npy file, is cut short or holds what is not read.</exception>
    public static NpyShape ReadShape(string path)
    {
        using var source = ByteSource.OpenFile(path);
        return NpyHeader.Read(source).Shape;
    }

    /// <summary>Reads a matrix as float32, row after row whatever order the file has.</summary>
    /// <exception cref="InputException">As for <see cref="ReadShape"/>, or the matrix is larger than an array can be.</exception>
    public static NpyMatrix Read(string path)
    {
        using var source = ByteSource.OpenFile(path);
        return Read(source);
    }

    internal static NpyMatrix Read(ByteSource source)
    {
        var header = NpyHeader.Read(source);
        var (rows, columns) = Sizes(header, source);
        var values = Floats(header, source);
        return new NpyMatrix(
            rows,
            columns,
            header.Shape.FortranOrder && rows > 1 && columns > 1 ? Transpose(values, rows, columns) : values
        );
    }

    /// <summary>Reads some rows, in the order asked for, without reading the others (of files in C order).</summary>
    /// <param name="path">The file.</param>
    /// <param name="rows">Which rows, from 0; a row may come several times.</param>
    /// <exception cref="InputException">As for <see cref="Read(string)"/>, or there is no such row.</exception>
    public static NpyMatrix ReadRows(string path, IReadOnlyList<int> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        using var source = ByteSource.OpenFile(path);
        var header = NpyHeader.Read(source);
        foreach (var row in rows)
        {
            if (row < 0 || row >= header.Shape.Rows)
            {
                throw new InputException(
                    $"{path} has {header.Shape.Rows} rows and no row {row}; check that it belongs to this data set"
                );
            }
        }
        if (header.Shape.Columns * rows.Count > Array.MaxLength)
        {
            throw new InputException($"{rows.Count} rows of {path} are more than one array holds; read fewer at a time");
        }
        var columns = (int)header.Shape.Columns;
        var values = new float[rows.Count * columns];
        if (header.Shape.FortranOrder)
        {
            var whole = Read(source);
            for (var i = 0; i < rows.Count; i++)
            {
                whole.Row(rows[i]).CopyTo(values.AsSpan(i * columns));
            }
            return new NpyMatrix(rows.Count, columns, values);
        }
        var rowBytes = (long)columns * header.Type.Size;
        for (var i = 0; i < rows.Count; )
        {
            // Neighbours in the file come with one read.
            var run = 1;
            while (i + run < rows.Count && rows[i + run] == rows[i] + run)
            {
                run++;
            }
            Fill(header.Type, source, header.DataOffset + rows[i] * rowBytes, values.AsSpan(i * columns, run * columns));
            i += run;
        }
        return new NpyMatrix(rows.Count, columns, values);
    }

    /// <summary>Reads an array of integers (or truth values) of any width; one of two dimensions comes row after row.</summary>
    /// <exception cref="InputException">As for <see cref="Read(string)"/>, or the values are not integers or do not fit.</exception>
    public static long[] ReadInt64(string path)
    {
        using var source = ByteSource.OpenFile(path);
        return ReadInt64(source);
    }

    internal static long[] ReadInt64(ByteSource source)
    {
        var header = NpyHeader.Read(source);
        if (!header.Type.IsInteger)
        {
            throw new InputException(
                $"{source.Name} holds values of type {header.Shape.DataType} where integers are needed; save it with astype('int64')"
            );
        }
        var (rows, columns) = Sizes(header, source);
        var values = new long[header.ValueCount];
        Blocks(header.Type, source, header.DataOffset, values, NpyConverter.ToInt64);
        if (header.Type is { Kind: 'u', Size: 8 } && Array.FindIndex(values, value => value < 0) is >= 0 and var at)
        {
            throw new InputException(
                $"{source.Name}: value {at} is {(ulong)values[at]}, which does "
                    + "not fit a signed 64-bit integer; save it with astype('int64')"
            );
        }
        return header.Shape.FortranOrder && rows > 1 && columns > 1 ? Transpose(values, rows, columns) : values;
    }

    /// <summary>Reads an array of integers that all fit 32 bits.</summary>
    /// <exception cref="InputException">As for <see cref="ReadInt64(string)"/>, or a value is out of range.</exception>
    public static int[] ReadInt32(string path)
    {
        var wide = ReadInt64(path);
        var values = new int[wide.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (int)wide[i];
            if (values[i] != wide[i])
            {
                throw new InputException(
                    $"{path}: value {i} is {wide[i]}, which does not fit a 32-bit integer; read it as 64-bit"
                );
            }
        }
        return values;
    }

    /// <summary>Writes a float32 matrix.</summary>
    /// <param name="path">Where; the file appears whole or not at all.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="columns">How many values each row has.</param>
    /// <param name="values">Rows times columns values, row after row.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string path, int rows, int columns, ReadOnlySpan<float> values) =>
        Write(path, HeaderOf("<f4", rows, columns, values.Length), MemoryMarshal.AsBytes(values));

    /// <summary>Writes such a matrix to a stream.</summary>
    public static void Write(Stream stream, int rows, int columns, ReadOnlySpan<float> values) =>
        Write(stream, HeaderOf("<f4", rows, columns, values.Length), MemoryMarshal.AsBytes(values));

    /// <summary>Writes a matrix of 32-bit integers.</summary>
    /// <param name="path">Where; the file appears whole or not at all.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="columns">How many values each row has.</param>
    /// <param name="values">Rows times columns values, row after row.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string path, int rows, int columns, ReadOnlySpan<int> values) =>
        Write(path, HeaderOf("<i4", rows, columns, values.Length), MemoryMarshal.AsBytes(values));

    /// <summary>Writes such a matrix to a stream.</summary>
    public static void Write(Stream stream, int rows, int columns, ReadOnlySpan<int> values) =>
        Write(stream, HeaderOf("<i4", rows, columns, values.Length), MemoryMarshal.AsBytes(values));

    /// <summary>Writes an array of one dimension of 32-bit integers.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string path, ReadOnlySpan<int> values) =>
        Write(path, NpyHeader.Make("<i4", values.Length), MemoryMarshal.AsBytes(values));

    /// <summary>Writes an array of one dimension of 64-bit integers.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string path, ReadOnlySpan<long> values) =>
        Write(path, NpyHeader.Make("<i8", values.Length), MemoryMarshal.AsBytes(values));

    private static byte[] HeaderOf(string type, int rows, int columns, int values) =>
        rows < 0 || columns < 0 || (long)rows * columns != values
            ? throw new ArgumentException($"{values} values do not make {rows} x {columns}", nameof(values))
            : NpyHeader.Make(type, rows, columns);

    private static void Write(Stream stream, byte[] header, ReadOnlySpan<byte> data)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(header);
        stream.Write(data);
    }

    private static void Write(string path, byte[] header, ReadOnlySpan<byte> data)
    {
        // A span cannot be captured; what it points to stays where it is while this method runs.
        unsafe
        {
            fixed (byte* start = data)
            {
                var address = (nint)start;
                var length = data.Length;
                WholeFile.Write(path, stream => Write(stream, header, new ReadOnlySpan<byte>((byte*)address, length)));
            }
        }
    }

    private static (int Rows, int Columns) Sizes(NpyHeader header, ByteSource source)
    {
        var shape = header.Shape;
        if (shape.Rows > int.MaxValue || shape.Columns > int.MaxValue || header.ValueCount > Array.MaxLength)
        {
            throw new InputException(
                $"{source.Name} has {shape.Rows} x {shape.Columns} values, more than one array holds; read its rows in parts"
            );
        }
        return ((int)shape.Rows, (int)shape.Columns);
    }

    private static float[] Floats(NpyHeader header, ByteSource source)
    {
        var values = GC.AllocateUninitializedArray<float>((int)header.ValueCount);
        Fill(header.Type, source, header.DataOffset, values);
        return values;
    }

    private static void Fill(NpyType type, ByteSource source, long offset, Span<float> values)
    {
        if (type is { Kind: 'f', Size: 4, IsBigEndian: false })
        {
            source.Read(offset, MemoryMarshal.AsBytes(values));
            return;
        }
        Blocks(type, source, offset, values, NpyConverter.ToFloat);
    }

    private delegate void Conversion<T>(NpyType type, Span<byte> source, Span<T> target);

    private static void Blocks<T>(NpyType type, ByteSource source, long offset, Span<T> values, Conversion<T> convert)
    {
        var rented = ArrayPool<byte>.Shared.Rent((int)Math.Min(BlockBytes, Math.Max(1L, values.Length) * type.Size));
        try
        {
            var perBlock = rented.Length / type.Size;
            while (!values.IsEmpty)
            {
                var count = Math.Min(perBlock, values.Length);
                var bytes = rented.AsSpan(0, count * type.Size);
                source.Read(offset, bytes);
                convert(type, bytes, values[..count]);
                values = values[count..];
                offset += bytes.Length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static T[] Transpose<T>(T[] stored, int rows, int columns)
    {
        const int Tile = 32;
        var values = new T[stored.Length];
        // By tiles, so that neither side leaves the cache.
        for (var r = 0; r < rows; r += Tile)
        {
            for (var c = 0; c < columns; c += Tile)
            {
                for (var j = c; j < Math.Min(columns, c + Tile); j++)
                {
                    for (var i = r; i < Math.Min(rows, r + Tile); i++)
                    {
                        values[(long)i * columns + j] = stored[(long)j * rows + i];
                    }
                }
            }
        }
        return values;
    }
}
