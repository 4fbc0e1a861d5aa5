using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace CranePipeline.Tables;

/// <summary>The header of an .npy file, versions 1.0 to 3.0 (NumPy's "NPY format").</summary>
internal sealed class NpyHeader
{
    private const int LargestHeader = 1 << 20;
    private const int Alignment = 64;
    private static readonly byte[] Magic = [0x93, .. "NUMPY"u8];

    private NpyHeader(NpyShape shape, NpyType type, long dataOffset)
    {
        Shape = shape;
        Type = type;
        DataOffset = dataOffset;
    }

    public NpyShape Shape { get; }

    public NpyType Type { get; }

    public long DataOffset { get; }

    public long ValueCount => Shape.Rows * Shape.Columns;

    public static NpyHeader Read(ByteSource source)
    {
        try
        {
            return Parse(source);
        }
        catch (CorruptDataException e)
        {
            throw e.At(source.Name);
        }
    }

    /// <summary>A version 1.0 header, as NumPy itself writes it.</summary>
    public static byte[] Make(string dataType, params ReadOnlySpan<long> shape)
    {
        var numbers = new string[shape.Length];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = shape[i].ToString(CultureInfo.InvariantCulture);
        }
        var tuple = numbers.Length == 1 ? $"({numbers[0]},)" : $"({string.Join(", ", numbers)})";
        var text = $"{{'descr': '{dataType}', 'fortran_order': False, 'shape': {tuple}, }}";
        var used = Magic.Length + 4 + text.Length + 1;
        var header = new byte[(used + Alignment - 1) / Alignment * Alignment];
        header.AsSpan().Fill((byte)' ');
        Magic.CopyTo(header, 0);
        header[6] = 1;
        header[7] = 0;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), (ushort)(header.Length - 10));
        Encoding.ASCII.GetBytes(text, header.AsSpan(10));
        header[^1] = (byte)'\n';
        return header;
    }

    private static NpyHeader Parse(ByteSource source)
    {
        var start = new byte[(int)Math.Min(12, source.Length)];
        source.Read(0, start);
        if (start.Length < 10 || !start.AsSpan(0, 6).SequenceEqual(Magic))
        {
            throw new InputException($"{source.Name} is not an .npy file; save it with numpy.save");
        }
        var isLong = start[6] is 2 or 3;
        if ((start[6] != 1 && !isLong) || start.Length < 12)
        {
            throw new InputException(
                $"{source.Name} has .npy version {start[6]}.{start[7]}, which is not known; save it with numpy.save"
            );
        }
        var size = isLong
            ? BinaryPrimitives.ReadUInt32LittleEndian(start.AsSpan(8))
            : BinaryPrimitives.ReadUInt16LittleEndian(start.AsSpan(8));
        var offset = isLong ? 12 : 10;
        if (size > LargestHeader || size > source.Length - offset)
        {
            throw new CorruptDataException($"a header of {size} bytes in a file of {source.Length}");
        }
        var text = new byte[size];
        source.Read(offset, text);
        var header = NpyDictionary.Parse(Encoding.UTF8.GetString(text));
        var type = NpyType.Parse(header.DataType, source.Name);
        if (header.Shape.Count is 0 or > 2)
        {
            throw new InputException(
                $"{source.Name} has {header.Shape.Count} dimensions where 1 or 2 are needed; reshape it to a row an item"
            );
        }
        var (rows, columns) = (header.Shape[0], header.Shape.Count == 2 ? header.Shape[1] : 1);
        var bytes = (Int128)rows * columns * type.Size;
        var rest = source.Length - offset - size;
        if (bytes > rest)
        {
            throw new InputException(
                $"{source.Name} is cut short: {rows} x {columns} values of {type.Size} bytes "
                    + $"need {bytes} bytes and {rest} follow its header; fetch or write it again"
            );
        }
        var shape = new NpyShape(rows, columns, header.DataType, header.FortranOrder) { Dimensions = header.Shape.Count };
        return new NpyHeader(shape, type, offset + size);
    }
}
