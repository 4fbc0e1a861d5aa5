using System.Globalization;

namespace CranePipeline.Tables;

/// <summary>The Python literal in an .npy header: a dictionary of 'descr', 'fortran_order' and 'shape'.</summary>
internal sealed class NpyDictionary
{
    private readonly string text;
    private int at;

    private NpyDictionary(string text) => this.text = text;

    public static (string DataType, bool FortranOrder, List<long> Shape) Parse(string text)
    {
        var parser = new NpyDictionary(text);
        string? dataType = null;
        bool? fortranOrder = null;
        List<long>? shape = null;
        parser.Expect('{');
        while (!parser.Accept('}'))
        {
            var key = parser.Quoted();
            parser.Expect(':');
            switch (key)
            {
                case "descr":
                    dataType = parser.Peek() == '[' ? parser.Bracketed() : parser.Quoted();
                    break;
                case "fortran_order":
                    fortranOrder = parser.Boolean();
                    break;
                case "shape":
                    shape = parser.Tuple();
                    break;
                default:
                    throw new CorruptDataException($"an unknown header entry '{key}'");
            }
            if (!parser.Accept(','))
            {
                parser.Expect('}');
                break;
            }
        }
        if (dataType is null || fortranOrder is null || shape is null)
        {
            throw new CorruptDataException("a header without 'descr', 'fortran_order' and 'shape'");
        }
        return (dataType, fortranOrder.Value, shape);
    }

    private char Peek()
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }
        return at < text.Length ? text[at] : '\0';
    }

    private bool Accept(char wanted)
    {
        if (Peek() != wanted)
        {
            return false;
        }
        at++;
        return true;
    }

    private void Expect(char wanted)
    {
        if (!Accept(wanted))
        {
            throw new CorruptDataException($"a header in which '{wanted}' is missing at character {at}");
        }
    }

    private string Quoted()
    {
        var quote = Peek();
        var end = quote is '\'' or '"' ? text.IndexOf(quote, at + 1) : -1;
        if (end < 0)
        {
            throw new CorruptDataException($"a header in which a quoted name is missing at character {at}");
        }
        var value = text[(at + 1)..end];
        at = end + 1;
        return value;
    }

    /// <summary>The description of a structured type: only shown, never read.</summary>
    private string Bracketed()
    {
        var end = text.LastIndexOf(']');
        if (end < at)
        {
            throw new CorruptDataException($"a header in which ']' is missing after character {at}");
        }
        var value = text[at..(end + 1)];
        at = end + 1;
        return value;
    }

    private bool Boolean()
    {
        Peek();
        foreach (var (word, value) in new[] { ("True", true), ("False", false) })
        {
            if (string.CompareOrdinal(text, at, word, 0, word.Length) == 0)
            {
                at += word.Length;
                return value;
            }
        }
        throw new CorruptDataException("a header whose 'fortran_order' is neither True nor False");
    }

    private List<long> Tuple()
    {
        var shape = new List<long>();
        Expect('(');
        while (!Accept(')'))
        {
            Peek();
            var start = at;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
            {
                at++;
            }
            if (!long.TryParse(text.AsSpan(start, at - start), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                throw new CorruptDataException("a header whose 'shape' is not a tuple of sizes");
            }
            shape.Add(number);
            // Python 2 wrote long integers with a suffix.
            Accept('L');
            if (!Accept(','))
            {
                Expect(')');
                break;
            }
        }
        return shape;
    }
}
