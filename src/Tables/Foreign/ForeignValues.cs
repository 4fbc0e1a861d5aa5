using System.Globalization;
using System.Text;
using Apache.Arrow;
using Apache.Arrow.Arrays;
using Apache.Arrow.Types;

namespace CranePipeline.Tables;

/// <summary>
/// One column's values in a batch, converted to what is asked for. What cannot be converted without loss is refused with the row it
/// stands in; what is not there is null.
/// </summary>
public sealed class ForeignValues
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly IArrowArray array;
    private readonly Func<int, bool> isMissing;
    private readonly string place;
    private readonly long firstRow;
    private readonly ForeignLists? lists;

    private ForeignValues(IArrowArray array, Func<int, bool> isMissing, string place, long firstRow)
    {
        this.array = array;
        this.isMissing = isMissing;
        this.place = place;
        this.firstRow = firstRow;
        lists = ForeignLists.Of(array);
    }

    internal static ForeignValues Of(RecordBatch batch, string name, string path, long firstRow)
    {
        Func<int, bool> isMissing = _ => false;
        IArrowArray? array = Find(batch.Schema.FieldsList, batch.Arrays.ToArray(), name, ref isMissing);
        if (array is null)
        {
            throw new InvalidDataException($"a batch without column {name}");
        }

        if (array.Length < batch.Length)
        {
            throw new InvalidDataException($"column {name} with {array.Length} rows in a batch of {batch.Length}");
        }

        ArrowCheck.Check(array);
        return new ForeignValues(array, isMissing, $"{path}, column {ForeignText.Quoted(name)}", firstRow);
    }

    /// <summary>Whether a row has no value.</summary>
    public bool IsMissing(int row) => isMissing(row) || IsNull(array, row);

    /// <summary>Text, or a whole number as text: an id. Bytes that are not marked as text are read as UTF-8.</summary>
    /// <exception cref="InputException">The value is of another kind, or its bytes are not UTF-8.</exception>
    public string? Text(int row) => IsMissing(row) || IsNotANumber(array, row) ? null : Text(array, row);

    /// <summary>
    /// A value as a delimited file would have it: text as it is stored, numbers, dates and times written out, whole numbers without
    /// a point.
    /// </summary>
    /// <param name="row">The row.</param>
    /// <param name="scratch">Where numbers may be written, 32 bytes or more.</param>
    /// <returns>UTF-8, unless stored bytes are not; empty where there is no value, which NaN is too.</returns>
    public ReadOnlySpan<byte> Written(int row, Span<byte> scratch) =>
        IsMissing(row) || IsNotANumber(array, row) ? [] : Written(array, row, scratch);

    /// <summary>A whole number, however it is stored: 3, 3.0 and "3" are 3.</summary>
    /// <exception cref="InputException">The value is no whole number.</exception>
    public long? Integer(int row)
    {
        if (IsMissing(row))
        {
            return null;
        }

        if (Whole(array, row) is { } whole)
        {
            return whole;
        }

        return IsNotANumber(array, row) ? null : WholeReal(array, row) ?? throw Wrong(row, "a whole number");
    }

    /// <summary>A number; NaN stays NaN.</summary>
    /// <exception cref="InputException">The value is no number.</exception>
    public double? Number(int row) =>
        IsMissing(row) ? null : Real(array, row) ?? Whole(array, row) ?? throw Wrong(row, "a number");

    /// <summary>
    /// A date or time as milliseconds since 1970-01-01 UTC; a time without zone is taken as UTC. Null for other kinds of columns,
    /// and for what no milliseconds can tell.
    /// </summary>
    public long? Instant(int row) =>
        IsMissing(row)
            ? null
            : array switch
            {
                TimestampArray times => Milliseconds(times.Values[row], ((TimestampType)times.Data.DataType).Unit),
                Date32Array days => days.Values[row] * 86_400_000L,
                Date64Array days => days.Values[row],
                _ => null,
            };

    /// <summary>Whether the column holds dates or times, for <see cref="Instant"/>.</summary>
    public bool IsInstant => array is TimestampArray or Date32Array or Date64Array;

    /// <summary>Whether the column holds lists of numbers, for <see cref="Width"/> and <see cref="Vector"/>.</summary>
    public bool IsVector => lists is not null;

    /// <summary>Values of a row's list; −1 where the row has none.</summary>
    public int Width(int row) => IsMissing(row) ? -1 : Lists(row).Range(row).Count;

    /// <summary>Copies a row's list.</summary>
    /// <param name="row">The row.</param>
    /// <param name="target">As long as <see cref="Width"/> says; a missing element becomes NaN.</param>
    public void Vector(int row, Span<float> target)
    {
        (int first, int count) = Lists(row).Range(row);
        IArrowArray values = Lists(row).Values;
        ArgumentOutOfRangeException.ThrowIfNotEqual(target.Length, count);
        if (values is FloatArray { NullCount: 0 } floats)
        {
            floats.Values.Slice(first, count).CopyTo(target);
            return;
        }

        for (int index = 0; index < count; index++)
        {
            target[index] = IsNull(values, first + index)
                ? float.NaN
                : (float)(Real(values, first + index) ?? Whole(values, first + index) ?? throw Wrong(row, "a list of numbers"));
        }
    }

    /// <summary>A row's value as people write it.</summary>
    internal string? Display(int row) => IsMissing(row) ? null : ForeignText.Of(array, row);

    private ForeignLists Lists(int row) => lists ?? throw Wrong(row, "a list of numbers");

    private static IArrowArray? Find(
        IEnumerable<Field> fields,
        IReadOnlyList<IArrowArray> arrays,
        string name,
        ref Func<int, bool> isMissing
    )
    {
        int index = 0;
        foreach (Field field in fields)
        {
            IArrowArray array = arrays[index++];
            if (field.DataType is StructType members && name.StartsWith(field.Name + ".", StringComparison.Ordinal))
            {
                Func<int, bool> outer = isMissing;
                isMissing = row => outer(row) || array.IsNull(row);
                return Find(members.Fields, ((StructArray)array).Fields, name[(field.Name.Length + 1)..], ref isMissing);
            }

            if (field.Name == name && field.DataType is not StructType)
            {
                return array;
            }
        }

        return null;
    }

    private static bool IsNull(IArrowArray array, int row) =>
        array.IsNull(row) || (array is DictionaryArray dictionary && dictionary.Dictionary.IsNull(Key(dictionary, row)));

    internal static int Key(DictionaryArray dictionary, int row) => checked((int)(Whole(dictionary.Indices, row) ?? -1));

    private string Text(IArrowArray values, int row) =>
        values switch
        {
            DictionaryArray dictionary => Text(dictionary.Dictionary, Key(dictionary, row)),
            BinaryArray bytes => Decode(bytes.GetBytes(row), row),
            LargeBinaryArray bytes => Decode(bytes.GetBytes(row), row),
            BinaryViewArray bytes => Decode(bytes.GetBytes(row), row),
            Decimal128Array or Decimal256Array => ForeignText.WholeDecimal(values, row)
                ?? throw Wrong(row, "text or a whole number"),
            FixedSizeBinaryArray bytes => Decode(bytes.GetBytes(row).TrimEnd((byte)0), row),
            _ => (Whole(values, row) ?? WholeReal(values, row) ?? throw Wrong(row, "text or a whole number")).ToString(
                CultureInfo.InvariantCulture
            ),
        };

    private static ReadOnlySpan<byte> Written(IArrowArray values, int row, Span<byte> scratch)
    {
        switch (values)
        {
            case DictionaryArray dictionary:
                return Written(dictionary.Dictionary, Key(dictionary, row), scratch);
            case FixedSizeBinaryArray bytes and not (Decimal128Array or Decimal256Array):
                return bytes.GetBytes(row).TrimEnd((byte)0);
            case BinaryArray bytes:
                return bytes.GetBytes(row);
            case LargeBinaryArray bytes:
                return bytes.GetBytes(row);
            case BinaryViewArray bytes:
                return bytes.GetBytes(row);
        }

        return
            (Whole(values, row) ?? WholeReal(values, row)) is { } whole
            && whole.TryFormat(scratch, out int written, default, CultureInfo.InvariantCulture)
            ? scratch[..written]
            : Encoding.UTF8.GetBytes(ForeignText.WholeDecimal(values, row) ?? ForeignText.Of(values, row) ?? string.Empty);
    }

    private string Decode(ReadOnlySpan<byte> bytes, int row)
    {
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new InputException($"{place}, row {firstRow + row}: the bytes are not UTF-8; write the column as text");
        }
    }

    internal static long? Whole(IArrowArray values, int row) =>
        values switch
        {
            Int32Array array => array.Values[row],
            Int64Array array => array.Values[row],
            Int8Array array => array.Values[row],
            Int16Array array => array.Values[row],
            UInt8Array array => array.Values[row],
            UInt16Array array => array.Values[row],
            UInt32Array array => array.Values[row],
            UInt64Array array => array.Values[row] is <= long.MaxValue and var value ? (long)value : null,
            DictionaryArray dictionary => Whole(dictionary.Dictionary, Key(dictionary, row)),
            BinaryArray array => Parsed(array.GetBytes(row)),
            LargeBinaryArray array => Parsed(array.GetBytes(row)),
            BinaryViewArray array => Parsed(array.GetBytes(row)),
            _ => null,
        };

    internal static double? Real(IArrowArray values, int row) =>
        values switch
        {
            FloatArray array => array.Values[row],
            DoubleArray array => array.Values[row],
            HalfFloatArray array => (double)array.Values[row],
            Decimal128Array or Decimal256Array => Decimal(values, row),
            DictionaryArray dictionary => Real(dictionary.Dictionary, Key(dictionary, row)),
            BinaryArray array => ParsedReal(array.GetBytes(row)),
            LargeBinaryArray array => ParsedReal(array.GetBytes(row)),
            BinaryViewArray array => ParsedReal(array.GetBytes(row)),
            _ => null,
        };

    /// <summary>What pandas puts where a number is missing; the text "NaN" is text.</summary>
    private static bool IsNotANumber(IArrowArray values, int row) =>
        values is FloatArray or DoubleArray or HalfFloatArray && Real(values, row) is double.NaN;

    private static long? WholeReal(IArrowArray values, int row) =>
        Real(values, row) is { } value && value == Math.Floor(value) && Math.Abs(value) < 1L << 53 ? (long)value : null;

    private static long? Parsed(ReadOnlySpan<byte> text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value : null;

    private static double? Decimal(IArrowArray values, int row)
    {
        try
        {
            return (double?)(values is Decimal128Array narrow ? narrow.GetValue(row) : ((Decimal256Array)values).GetValue(row));
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static double? ParsedReal(ReadOnlySpan<byte> text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : null;

    private static long? Milliseconds(long value, TimeUnit unit) =>
        unit switch
        {
            TimeUnit.Second => (Int128)value * 1000 is var exact && exact == (long)exact ? (long)exact : null,
            TimeUnit.Millisecond => value,
            TimeUnit.Microsecond => (long)Math.Floor(value / 1e3m),
            _ => (long)Math.Floor(value / 1e6m),
        };

    private InputException Wrong(int row, string wanted)
    {
        string value = ForeignText.Quoted(Display(row) ?? "null");
        return new InputException(
            $"{place}, row {firstRow + row}: '{value}' is not {wanted}; name another column or correct the value"
        );
    }
}
