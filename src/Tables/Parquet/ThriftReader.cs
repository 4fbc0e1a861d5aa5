using System.Text;

namespace CranePipeline.Tables;

/// <summary>Reads Thrift's compact protocol, which Parquet's footer and page headers are written in.</summary>
internal ref struct ThriftReader(ReadOnlySpan<byte> bytes)
{
    private const int DeepestNesting = 32;
    private ByteReader reader = new(bytes);

    public readonly int Position => reader.Position;

    /// <summary>The next field of the struct being read; <paramref name="id"/> is 0 before the first.</summary>
    public bool NextField(ref int id, out ThriftType type)
    {
        var header = reader.Byte();
        type = (ThriftType)(header & 0x0F);
        if (type == ThriftType.Stop)
        {
            return false;
        }
        if (type > ThriftType.Struct)
        {
            throw new CorruptDataException($"a metadata field of unknown type {(int)type}");
        }
        var delta = header >> 4;
        id = delta != 0 ? id + delta : (int)reader.ZigZag();
        return true;
    }

    public static bool Boolean(ThriftType type) =>
        type is ThriftType.True or ThriftType.False ? type == ThriftType.True : throw Unexpected(type, "a truth value");

    public int Int32(ThriftType type)
    {
        if (type == ThriftType.Byte)
        {
            return (sbyte)reader.Byte();
        }
        if (type is not (ThriftType.Int32 or ThriftType.Int16))
        {
            throw Unexpected(type, "an integer");
        }
        var value = reader.ZigZag();
        return value is >= int.MinValue and <= int.MaxValue
            ? (int)value
            : throw new CorruptDataException($"{value} in the metadata where a 32-bit integer is due");
    }

    public long Int64(ThriftType type) =>
        type is ThriftType.Int64 or ThriftType.Int32 or ThriftType.Int16 ? reader.ZigZag() : throw Unexpected(type, "an integer");

    public byte[] Binary(ThriftType type) =>
        type == ThriftType.Binary
            ? reader.Take(reader.Count(reader.Remaining, "bytes")).ToArray()
            : throw Unexpected(type, "a string");

    public string String(ThriftType type) => Encoding.UTF8.GetString(Binary(type));

    public static void ExpectStruct(ThriftType type)
    {
        if (type != ThriftType.Struct)
        {
            throw Unexpected(type, "a struct");
        }
    }

    /// <summary>The head of a list: how many elements follow, each at least a byte long.</summary>
    public int List(ThriftType type, out ThriftType element)
    {
        if (type is not (ThriftType.List or ThriftType.Set))
        {
            throw Unexpected(type, "a list");
        }
        var header = reader.Byte();
        element = (ThriftType)(header & 0x0F);
        var count = header >> 4;
        if (count == 15)
        {
            return reader.Count(reader.Remaining, "list elements");
        }
        return count <= reader.Remaining ? count : throw new CorruptDataException("a metadata list ends early");
    }

    public void Skip(ThriftType type, int depth = 0, bool inCollection = false)
    {
        if (depth > DeepestNesting)
        {
            throw new CorruptDataException("metadata nested without end");
        }
        switch (type)
        {
            case ThriftType.True or ThriftType.False:
                if (inCollection)
                {
                    reader.Byte();
                }
                break;
            case ThriftType.Byte:
                reader.Byte();
                break;
            case ThriftType.Int16 or ThriftType.Int32 or ThriftType.Int64:
                reader.Varint();
                break;
            case ThriftType.Double:
                reader.Take(8);
                break;
            case ThriftType.Binary:
                reader.Take(reader.Count(reader.Remaining, "bytes"));
                break;
            case ThriftType.List or ThriftType.Set:
                for (var count = List(type, out var element); count > 0; count--)
                {
                    Skip(element, depth + 1, inCollection: true);
                }
                break;
            case ThriftType.Map:
                var pairs = reader.Count(reader.Remaining, "map entries");
                if (pairs > 0)
                {
                    var types = reader.Byte();
                    for (; pairs > 0; pairs--)
                    {
                        Skip((ThriftType)(types >> 4), depth + 1, inCollection: true);
                        Skip((ThriftType)(types & 0x0F), depth + 1, inCollection: true);
                    }
                }
                break;
            case ThriftType.Struct:
                for (var id = 0; NextField(ref id, out var field); )
                {
                    Skip(field, depth + 1);
                }
                break;
            default:
                throw Unexpected(type, "a known type");
        }
    }

    private static CorruptDataException Unexpected(ThriftType type, string wanted) =>
        new($"{type} in the metadata where {wanted} is due");
}
