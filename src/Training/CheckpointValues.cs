using System.Runtime.InteropServices;
using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>The values of which a checkpoint is made, as bytes.</summary>
internal static class CheckpointValues
{
    // As bytes an array may be longer than a span can be.
    private const int ChunkValues = 1 << 20;

    public static void WriteParts(BinaryWriter writer, IReadOnlyList<(string Name, double Value)> parts)
    {
        writer.Write(parts.Count);
        foreach ((string name, double value) in parts)
        {
            writer.Write(name);
            writer.Write(value);
        }
    }

    public static (string Name, double Value)[] ReadParts(BinaryReader reader)
    {
        var parts = new (string Name, double Value)[reader.ReadInt32()];
        for (int place = 0; place < parts.Length; place++)
        {
            parts[place] = (reader.ReadString(), reader.ReadDouble());
        }

        return parts;
    }

    public static void WriteScorer(BinaryWriter writer, Scorer scorer)
    {
        switch (scorer)
        {
            case InnerProducts products:
                writer.Write((byte)0);
                WriteMatrices(writer, [products.Users, products.Items]);
                break;
            case PrototypeMixture mixture:
                writer.Write((byte)1);
                WriteMatrices(writer, [mixture.Users, mixture.Items, mixture.Shares]);
                break;
            case NeighbourSums sums:
                writer.Write((byte)2);
                writer.Write(sums.UserCount);
                writer.Write(sums.ItemCount);
                WriteValues<int>(writer, sums.Interactions.RowOffsets);
                WriteValues<int>(writer, sums.Interactions.ColumnIndices);
                WriteValues<float>(writer, sums.Interactions.Values);
                WriteValues<int>(writer, sums.Neighbours);
                WriteValues<float>(writer, sums.Weights);
                break;
            default:
                throw new NotSupportedException($"A checkpoint has no form for {scorer.GetType().Name}.");
        }
    }

    public static Scorer ReadScorer(BinaryReader reader)
    {
        byte kind = reader.ReadByte();
        if (kind < 2)
        {
            Matrix[] m = ReadMatrices(reader);
            return kind == 0 ? new InnerProducts(m[0], m[1]) : new PrototypeMixture(m[0], m[1], m[2]);
        }

        var interactions = new CsrMatrix(
            reader.ReadInt32(),
            reader.ReadInt32(),
            ReadValues<int>(reader),
            ReadValues<int>(reader),
            ReadValues<float>(reader)
        );
        return new NeighbourSums(interactions, ReadValues<int>(reader), ReadValues<float>(reader));
    }

    public static double? Measured(double value) => double.IsNaN(value) ? null : value;

    public static void WriteMatrices(BinaryWriter writer, IReadOnlyList<Matrix> matrices)
    {
        writer.Write(matrices.Count);
        foreach (Matrix matrix in matrices)
        {
            WriteMatrix(writer, matrix);
        }
    }

    public static Matrix[] ReadMatrices(BinaryReader reader)
    {
        var matrices = new Matrix[reader.ReadInt32()];
        for (int place = 0; place < matrices.Length; place++)
        {
            matrices[place] = ReadMatrix(reader);
        }

        return matrices;
    }

    public static void WriteMatrix(BinaryWriter writer, Matrix matrix)
    {
        writer.Write(matrix.Rows);
        writer.Write(matrix.Columns);
        WriteValues<float>(writer, matrix.Values);
    }

    public static Matrix ReadMatrix(BinaryReader reader) =>
        new(reader.ReadInt32(), reader.ReadInt32(), ReadValues<float>(reader));

    /// <summary>The array's length and values; <paramref name="chunk"/> of them at a time, which the bytes do not show.</summary>
    public static void WriteValues<T>(BinaryWriter writer, T[] values, int chunk = ChunkValues)
        where T : unmanaged
    {
        writer.Write(values.Length);
        for (ReadOnlySpan<T> left = values; !left.IsEmpty; left = left[Math.Min(chunk, left.Length)..])
        {
            writer.Write(MemoryMarshal.AsBytes(left[..Math.Min(chunk, left.Length)]));
        }
    }

    /// <summary>What <see cref="WriteValues"/> wrote, whatever its chunks were.</summary>
    public static T[] ReadValues<T>(BinaryReader reader, int chunk = ChunkValues)
        where T : unmanaged
    {
        var values = new T[reader.ReadInt32()];
        for (Span<T> left = values; !left.IsEmpty; left = left[Math.Min(chunk, left.Length)..])
        {
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(left[..Math.Min(chunk, left.Length)]));
        }

        return values;
    }
}
