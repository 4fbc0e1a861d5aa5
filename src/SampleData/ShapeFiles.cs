using System.Text;
using CranePipeline.Tensors;

namespace CranePipeline.SampleData;

/// <summary>
/// The files of the <c>shape</c> kind: interactions with a published-style label (0 train, 1 valid, 2 test) and NumPy
/// feature arrays whose row is the item's number, as the MMRec toolbox lays them out.
/// </summary>
internal sealed class ShapeFiles(GenerateOptions options, LatentWorld world, GeneratedInteractions interactions)
{
    /// <summary>Tab-separated <c>userID</c>, <c>itemID</c>, <c>x_label</c>, by user.</summary>
    public void WriteInteractions(Stream destination, CancellationToken cancellation)
    {
        using var writer = new StreamWriter(destination, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine("userID\titemID\tx_label");
        for (int user = 0; user < interactions.Users; user++)
        {
            cancellation.ThrowIfCancellationRequested();
            int[] row = interactions.Items[interactions.Start[user]..interactions.Start[user + 1]];
            new RandomStream(options.Seed, "generate labels", user).Shuffle(row.AsSpan());

            // The toolbox's rule: one pair each for validation and test below ten, else a tenth each.
            int held =
                row.Length < 3 ? 0
                : row.Length < 10 ? 1
                : row.Length / 10;
            for (int place = 0; place < row.Length; place++)
            {
                int label =
                    place < held ? 2
                    : place < 2 * held ? 1
                    : 0;
                writer.Write(user);
                writer.Write('\t');
                writer.Write(row[place]);
                writer.Write('\t');
                writer.Write(label);
                writer.Write('\n');
            }
        }
    }

    /// <summary>Float32 <c>[items × image width]</c>.</summary>
    public void WriteImageFeatures(Stream destination, CancellationToken cancellation)
    {
        LatentFeatures features = LatentFeatures.Image(world, options);
        WriteArray(destination, features.Width, features.WriteRectified, cancellation);
    }

    /// <summary>Float32 <c>[items × text width]</c>.</summary>
    public void WriteTextFeatures(Stream destination, CancellationToken cancellation)
    {
        LatentFeatures features = LatentFeatures.Text(world, options);
        WriteArray(destination, features.Width, features.WriteNormalized, cancellation);
    }

    private void WriteArray(Stream destination, int width, FillRow fill, CancellationToken cancellation)
    {
        // The .npy format, version 1.0: magic, version, header length, a Python dict padded so that data starts at a multiple of 64.
        string header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({options.Items}, {width}), }}";
        int length = (10 + header.Length + 1 + 63) / 64 * 64 - 10;
        destination.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)length, (byte)(length >> 8)]);
        destination.Write(Encoding.ASCII.GetBytes(header.PadRight(length - 1) + '\n'));
        float[] row = new float[width];
        for (int item = 0; item < options.Items; item++)
        {
            cancellation.ThrowIfCancellationRequested();
            fill(item, row);
            LittleEndian.Write(destination, row);
        }
    }

    private delegate void FillRow(int item, Span<float> row);
}
