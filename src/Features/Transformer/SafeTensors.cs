using System.Buffers.Binary;
using System.Text.Json;
using CranePipeline.Tables;
using CranePipeline.Tensors;
using Microsoft.Win32.SafeHandles;

namespace CranePipeline.Features;

/// <summary>
/// Reads tensors of a safetensors file: eight bytes of header length, a JSON header of names, types, shapes and byte ranges, then the numbers, all
/// little-endian. Float32, float16, bfloat16 and float64 become float32.
/// </summary>
internal sealed class SafeTensors : IDisposable
{
    private const long LongestHeader = 100_000_000;

    private readonly string path;
    private readonly SafeFileHandle file;
    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);

    internal SafeTensors(string path)
    {
        this.path = path;
        file = InputFile.Open(path);
        try
        {
            ReadHeader();
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Dispose() => file.Dispose();

    internal bool Has(string name) => entries.ContainsKey(name);

    /// <summary>A vector as one row, or a matrix, of the expected shape.</summary>
    internal Matrix Read(string name, int rows, int columns)
    {
        if (!entries.TryGetValue(name, out Entry? entry))
        {
            throw new InputException($"'{path}' has no tensor '{name}'; its model is not the one config.json describes.");
        }

        bool fits = entry.Shape.Length switch
        {
            1 => rows == 1 && entry.Shape[0] == columns,
            2 => entry.Shape[0] == rows && entry.Shape[1] == columns,
            _ => false,
        };
        if (!fits)
        {
            throw new InputException(
                $"'{path}': tensor '{name}' has shape [{string.Join(", ", entry.Shape)}], where config.json wants [{rows}, {columns}]."
            );
        }

        var bytes = new byte[entry.End - entry.Begin];
        InputFile.Fill(file, bytes, entry.Begin, path);
        var matrix = new Matrix(rows, columns);
        for (int index = 0; index < matrix.Values.Length; index++)
        {
            matrix.Values[index] = Number(entry.Type, bytes, index);
        }

        return matrix;
    }

    private static float Number(string type, ReadOnlySpan<byte> bytes, int index) =>
        type switch
        {
            "F32" => BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * index)..]),
            "F16" => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[(2 * index)..]),
            "BF16" => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * index)..]) << 16),
            _ => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * index)..]),
        };

    private static int Size(string type) =>
        type switch
        {
            "F32" => 4,
            "F16" or "BF16" => 2,
            "F64" => 8,
            _ => 0,
        };

    private void ReadHeader()
    {
        long length = RandomAccess.GetLength(file);
        Span<byte> prefix = stackalloc byte[8];
        InputFile.Fill(file, prefix, 0, path);
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerLength > LongestHeader || (long)headerLength + 8 > length)
        {
            throw new InputException(
                $"'{path}' is not a whole safetensors file: its header claims {headerLength} bytes and the file has {length}; download it again."
            );
        }

        var header = new byte[(int)headerLength];
        InputFile.Fill(file, header, 8, path);
        long dataStart = 8 + (long)headerLength;
        try
        {
            using JsonDocument json = JsonDocument.Parse(header);
            foreach (JsonProperty property in json.RootElement.EnumerateObject())
            {
                if (property.Name != "__metadata__" && Parse(property.Value, dataStart) is { } entry)
                {
                    if (entry.End > length)
                    {
                        throw new InputException(
                            $"'{path}' is cut off: tensor '{property.Name}' should end at offset {entry.End} and the file has {length} bytes; download it again."
                        );
                    }

                    entries.Add(property.Name, entry);
                }
            }
        }
        catch (Exception failure)
            when (failure is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new InputException($"'{path}' has a damaged safetensors header (offset 8); download it again.", failure);
        }
    }

    // Tensors of whole numbers (position ids in old files) are not weights; null passes over them.
    private static Entry? Parse(JsonElement json, long dataStart)
    {
        string type = json.GetProperty("dtype").GetString() ?? "";
        long[] shape = [.. json.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
        JsonElement range = json.GetProperty("data_offsets");
        long begin = range[0].GetInt64();
        long end = range[1].GetInt64();
        long numbers = shape.Aggregate(1L, (product, size) => checked(product * size));
        if (Size(type) == 0)
        {
            return null;
        }

        if (begin < 0 || end - begin != numbers * Size(type))
        {
            throw new FormatException("A tensor's byte range does not fit its shape.");
        }

        return new Entry(type, shape, dataStart + begin, dataStart + end);
    }

    private sealed record Entry(string Type, long[] Shape, long Begin, long End);
}
