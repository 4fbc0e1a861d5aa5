using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using ArmCrc32 = System.Runtime.Intrinsics.Arm.Crc32;

namespace CranePipeline.Ingest.Reading;

/// <summary>
/// The checksum of gzip (RFC 1952, section 8). Carry-less multiplication folds 64 bytes a step (Gopal et al., "Fast CRC
/// computation for generic polynomials using PCLMULQDQ", Intel 2009), so that checking costs next to nothing beside inflating.
/// </summary>
internal static class Crc32
{
    private static readonly uint[] Table = MakeTable();

    /// <summary>Continues <paramref name="crc"/> (0 at the start) over more bytes.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        uint state = ~crc;
        if (Pclmulqdq.IsSupported && Sse41.IsSupported && bytes.Length >= 64)
        {
            state = Fold(state, ref bytes);
        }
        else if (ArmCrc32.Arm64.IsSupported)
        {
            while (bytes.Length >= 8)
            {
                state = ArmCrc32.Arm64.ComputeCrc32(state, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
                bytes = bytes[8..];
            }
        }

        foreach (byte value in bytes)
        {
            state = Table[(byte)(state ^ value)] ^ (state >> 8);
        }

        return ~state;
    }

    private static uint Fold(uint state, ref ReadOnlySpan<byte> bytes)
    {
        Vector128<ulong> fold = Vector128.Create(0x0154442BD4UL, 0x01C6E41596UL);
        Vector128<ulong> x1 = Load(bytes) ^ Vector128.CreateScalar(state).AsUInt64();
        Vector128<ulong> x2 = Load(bytes[16..]);
        Vector128<ulong> x3 = Load(bytes[32..]);
        Vector128<ulong> x4 = Load(bytes[48..]);
        bytes = bytes[64..];
        while (bytes.Length >= 64)
        {
            x1 = Step(x1, fold) ^ Load(bytes);
            x2 = Step(x2, fold) ^ Load(bytes[16..]);
            x3 = Step(x3, fold) ^ Load(bytes[32..]);
            x4 = Step(x4, fold) ^ Load(bytes[48..]);
            bytes = bytes[64..];
        }

        fold = Vector128.Create(0x01751997D0UL, 0x00CCAA009EUL);
        x1 = Step(x1, fold) ^ x2;
        x1 = Step(x1, fold) ^ x3;
        x1 = Step(x1, fold) ^ x4;
        while (bytes.Length >= 16)
        {
            x1 = Step(x1, fold) ^ Load(bytes);
            bytes = bytes[16..];
        }

        Vector128<ulong> low = Vector128.Create(uint.MaxValue, 0, uint.MaxValue, 0).AsUInt64();
        x1 = Sse2.ShiftRightLogical128BitLane(x1, 8) ^ Pclmulqdq.CarrylessMultiply(x1, fold, 0x10);
        x1 =
            Sse2.ShiftRightLogical128BitLane(x1, 4)
            ^ Pclmulqdq.CarrylessMultiply(x1 & low, Vector128.CreateScalar(0x0163CD6124UL), 0x00);
        Vector128<ulong> polynomial = Vector128.Create(0x01DB710641UL, 0x01F7011641UL);
        Vector128<ulong> quotient = Pclmulqdq.CarrylessMultiply(x1 & low, polynomial, 0x10) & low;
        return (x1 ^ Pclmulqdq.CarrylessMultiply(quotient, polynomial, 0x00)).AsUInt32().GetElement(1);
    }

    private static Vector128<ulong> Step(Vector128<ulong> value, Vector128<ulong> fold) =>
        Pclmulqdq.CarrylessMultiply(value, fold, 0x00) ^ Pclmulqdq.CarrylessMultiply(value, fold, 0x11);

    private static Vector128<ulong> Load(ReadOnlySpan<byte> bytes) => Vector128.Create(bytes).AsUInt64();

    private static uint[] MakeTable()
    {
        uint[] table = new uint[256];
        for (uint index = 0; index < 256; index++)
        {
            uint value = index;
            for (int bit = 0; bit < 8; bit++)
            {
                value = (value >> 1) ^ ((value & 1) * 0xEDB88320);
            }

            table[index] = value;
        }

        return table;
    }
}
