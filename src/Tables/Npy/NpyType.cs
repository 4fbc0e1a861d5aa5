namespace CranePipeline.Tables;

/// <summary>An element type of NumPy's: its kind, its size and its byte order.</summary>
/// <param name="Kind">'f' floating point, 'i' signed, 'u' unsigned, 'b' truth values.</param>
/// <param name="Size">Bytes an element.</param>
/// <param name="IsBigEndian">Whether the highest byte comes first.</param>
internal sealed record NpyType(char Kind, int Size, bool IsBigEndian)
{
    public static NpyType Parse(string name, string file)
    {
        var hasOrder = name.Length > 0 && name[0] is '<' or '>' or '|' or '=';
        var kind = hasOrder ? name[1..] : name;
        if (kind is "f2" or "f4" or "f8" or "i1" or "i2" or "i4" or "i8" or "u1" or "u2" or "u4" or "u8" or "b1" or "?")
        {
            return kind == "?" ? new NpyType('b', 1, false) : new NpyType(kind[0], kind[1] - '0', name[0] == '>');
        }
        var what = kind.StartsWith('O') ? "pickled Python objects" : $"values of type {name}";
        throw new InputException(
            $"{file} holds {what}, which are not read; save it as float16, float32, float64 or an integer type"
        );
    }

    public bool IsInteger => Kind is 'i' or 'u' or 'b';
}
