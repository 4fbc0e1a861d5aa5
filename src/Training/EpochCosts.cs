using CranePipeline.Tables;

namespace CranePipeline.Training;

/// <summary>
/// What the epochs before a checkpoint cost, kept beside it: times differ from run to run, and a checkpoint of the same epoch must not.
/// </summary>
internal static class EpochCosts
{
    public const string FileName = "costs.bin";

    private const int RecordBytes = (2 * sizeof(double)) + sizeof(long);

    /// <summary>Written before the checkpoint, so that it never has fewer epochs than the checkpoint it is found with.</summary>
    public static void Write(string folder, IReadOnlyList<EpochRecord> history)
    {
        using var bytes = new MemoryStream(history.Count * RecordBytes);
        using var writer = new BinaryWriter(bytes);
        foreach (EpochRecord record in history)
        {
            writer.Write(record.Seconds);
            writer.Write(record.ValidationSeconds);
            writer.Write(record.PeakMemoryBytes);
        }

        string path = Path.Combine(folder, FileName);
        WholeFile.Write(path, stream => bytes.WriteTo(stream), path + Checkpoint.Writing);
    }

    /// <summary>Puts the costs back; epochs whose costs are gone cost 0.</summary>
    public static void Restore(string folder, EpochRecord[] history)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return;
        }

        using var reader = new BinaryReader(File.OpenRead(path));
        for (
            int place = 0;
            place < history.Length && reader.BaseStream.Length - reader.BaseStream.Position >= RecordBytes;
            place++
        )
        {
            history[place] = history[place] with
            {
                Seconds = reader.ReadDouble(),
                ValidationSeconds = reader.ReadDouble(),
                PeakMemoryBytes = reader.ReadInt64(),
            };
        }
    }
}
