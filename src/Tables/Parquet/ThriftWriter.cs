using System.Text;

namespace CranePipeline.Tables;

/// <summary>Writes Thrift's compact protocol.</summary>
internal sealed class ThriftWriter(ByteBuffer output)
{
    private readonly Stack<int> outer = new();
    private int last;

    public void Field(int id, ThriftType type)
    {
        var delta = id - last;
        if (delta is > 0 and <= 15)
        {
            output.Byte((byte)((delta << 4) | (int)type));
        }
        else
        {
            output.Byte((byte)type);
            output.ZigZag(id);
        }
        last = id;
    }

    public void Int32(int id, int value)
    {
        Field(id, ThriftType.Int32);
        output.ZigZag(value);
    }

    public void Int64(int id, long value)
    {
        Field(id, ThriftType.Int64);
        output.ZigZag(value);
    }

    public void Boolean(int id, bool value) => Field(id, value ? ThriftType.True : ThriftType.False);

    public void Byte(int id, byte value)
    {
        Field(id, ThriftType.Byte);
        output.Byte(value);
    }

    public void String(int id, string value) => Binary(id, Encoding.UTF8.GetBytes(value));

    public void Binary(int id, ReadOnlySpan<byte> value)
    {
        Field(id, ThriftType.Binary);
        RawBinary(value);
    }

    public void RawBinary(ReadOnlySpan<byte> value)
    {
        output.Varint((ulong)value.Length);
        output.Bytes(value);
    }

    public void List(int id, ThriftType element, int count)
    {
        Field(id, ThriftType.List);
        if (count < 15)
        {
            output.Byte((byte)((count << 4) | (int)element));
        }
        else
        {
            output.Byte((byte)(0xF0 | (int)element));
            output.Varint((ulong)count);
        }
    }

    public void BeginStruct(int id)
    {
        Field(id, ThriftType.Struct);
        Begin();
    }

    /// <summary>Begins a struct that stands in a list or at the top.</summary>
    public void Begin()
    {
        outer.Push(last);
        last = 0;
    }

    public void End()
    {
        output.Byte((byte)ThriftType.Stop);
        last = outer.Pop();
    }
}
