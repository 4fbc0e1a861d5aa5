using System.Security.Cryptography;
using CranePipeline.Tables;
using CranePipeline.Tensors;
using static CranePipeline.Training.CheckpointValues;

namespace CranePipeline.Training;

/// <summary>
/// A run's state in one file: header, fingerprint, state, SHA-256 of all before it. It appears whole or not at all, so
/// that a reader finds the earlier checkpoint or this one.
/// </summary>
internal static class Checkpoint
{
    public const string FileName = "checkpoint.bin";

    /// <summary>What a file that is being written is called beside its name; one that a killed run left is written over.</summary>
    public const string Writing = ".writing";

    private const ulong Magic = 0x334B43454E415243; // "CRANECK3", little-endian
    private const int HashBytes = 32;
    private const int BufferBytes = 1 << 20;

    public static void Write(string folder, string fingerprint, string device, CheckpointState state)
    {
        WholeFile.MakeFolderOf(Path.Combine(folder, FileName));
        TrainTiming.Write(folder, device, state.History);
        string path = Path.Combine(folder, FileName);
        WholeFile.Write(
            path,
            file =>
            {
                using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                using (var hashing = new HashingStream(file, hash))
                using (var writer = new BinaryWriter(hashing))
                {
                    writer.Write(Magic);
                    writer.Write(fingerprint);
                    WriteState(writer, state);
                }

                file.Write(hash.GetHashAndReset());
            },
            path + Writing
        );
    }

    /// <summary>
    /// The folder's checkpoint, or null where there is none that can be gone on from. One that is damaged or another run's is set aside as
    /// <c>checkpoint.bin.unusable</c>, so that it stops no later run and can still be looked at.
    /// </summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="fingerprint">What the run is told by.</param>
    /// <param name="stopping">When the run ends.</param>
    /// <param name="warn">Told why a checkpoint was set aside.</param>
    public static CheckpointState? Read(string folder, string fingerprint, EarlyStopping stopping, Action<string>? warn)
    {
        string path = Path.Combine(folder, FileName);
        try
        {
            return File.Exists(path) ? ReadWhole(path, folder, fingerprint, stopping) : null;
        }
        catch (Exception problem) when (IsUnusable(problem))
        {
            string aside = path + ".unusable";
            File.Move(path, aside, overwrite: true);
            string why = problem is InputException ? problem.Message : "is damaged";
            warn?.Invoke($"the checkpoint {path} {why}; it is set aside as {aside}, and training starts again");
            return null;
        }
    }

    /// <summary>
    /// The checkpoint of another run that has come furthest of those that a run can go on from, and its folder; or null. Nothing happens to
    /// those that it cannot go on from: they are others'.
    /// </summary>
    /// <param name="folders">Where to look; what is not there or no checkpoint is passed over.</param>
    /// <param name="fingerprint">What the run is told by.</param>
    /// <param name="stopping">When the run ends.</param>
    public static (CheckpointState State, string Folder)? Furthest(
        IEnumerable<string> folders,
        string fingerprint,
        EarlyStopping stopping
    )
    {
        IEnumerable<string> furthestFirst = folders
            .Select(folder => (Folder: folder, Epochs: EpochsOf(Path.Combine(folder, FileName), fingerprint)))
            .Where(static found => found.Epochs is not null)
            .OrderByDescending(static found => found.Epochs)
            .Select(static found => found.Folder);
        foreach (string folder in furthestFirst)
        {
            try
            {
                return (ReadWhole(Path.Combine(folder, FileName), folder, fingerprint, stopping), folder);
            }
            catch (Exception problem) when (IsUnusable(problem) || IsGone(problem))
            {
                // The next one, then.
            }
        }

        return null;
    }

    // Without reading it whole.
    private static int? EpochsOf(string path, string fingerprint)
    {
        try
        {
            using var reader = new BinaryReader(File.OpenRead(path));
            return reader.ReadUInt64() == Magic && reader.ReadString() == fingerprint ? reader.ReadInt32() : null;
        }
        catch (Exception problem) when (IsUnusable(problem) || IsGone(problem))
        {
            return null;
        }
    }

    private static bool IsUnusable(Exception problem) =>
        problem is InputException or EndOfStreamException or OverflowException or ArgumentException or FormatException;

    private static bool IsGone(Exception problem) => problem is IOException or UnauthorizedAccessException;

    private static CheckpointState ReadWhole(string path, string folder, string fingerprint, EarlyStopping stopping)
    {
        // Twice through the file, since nothing is believed before all of it has been hashed, and it may be larger than an array.
        using FileStream file = File.OpenRead(path);
        using var reader = new BinaryReader(file);
        long end = file.Length - HashBytes;
        if (end < sizeof(ulong) || !HashesTo(file, end) || reader.ReadUInt64() != Magic)
        {
            throw new InputException("is damaged");
        }

        if (reader.ReadString() != fingerprint)
        {
            throw new InputException("belongs to a run with other settings, data or device");
        }

        CheckpointState state = ReadState(reader, end, folder);
        return stopping.ComesThrough(state)
            ? state
            : throw new InputException("has been trained further than this run's epochs and patience allow");
    }

    // Whether the bytes before the end have the hash that stands there; leaves the stream at its beginning.
    private static bool HashesTo(FileStream file, long end)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[BufferBytes];
        while (file.Position < end)
        {
            int count = (int)Math.Min(buffer.Length, end - file.Position);
            file.ReadExactly(buffer, 0, count);
            hash.AppendData(buffer, 0, count);
        }

        Span<byte> stored = stackalloc byte[HashBytes];
        file.ReadExactly(stored);
        file.Position = 0;
        return hash.GetHashAndReset().AsSpan().SequenceEqual(stored);
    }

    private static void WriteState(BinaryWriter writer, CheckpointState state)
    {
        writer.Write(state.Epochs);
        writer.Write(state.Waited);
        writer.Write(state.FirstLoss);
        writer.Write(state.Parameters.Count);
        foreach ((string name, Matrix value) in state.Parameters)
        {
            writer.Write(name);
            WriteMatrix(writer, value);
        }

        writer.Write(state.Optimizer.Steps);
        WriteMatrices(writer, state.Optimizer.FirstMoments);
        WriteMatrices(writer, state.Optimizer.SecondMoments);
        writer.Write(state.Model.Count);
        foreach (NamedState kept in state.Model)
        {
            writer.Write(kept.Name);
            WriteValues<int>(writer, kept.Integers);
            WriteValues<float>(writer, kept.Reals);
        }

        writer.Write(state.Best is not null);
        if (state.Best is { } best)
        {
            writer.Write(best.Epoch);
            writer.Write(best.Recall20);
            WriteScorer(writer, best.Scorer);
        }

        writer.Write(state.History.Count);
        foreach (EpochRecord record in state.History)
        {
            writer.Write(record.Epoch);
            writer.Write(record.Loss);
            WriteParts(writer, record.Parts);
            writer.Write(record.Recall20 ?? double.NaN);
            writer.Write(record.Ndcg20 ?? double.NaN);
            writer.Write(record.IsBest);
        }

        // At the end, and only where there is one: a checkpoint between epochs is the same bytes however it came about.
        if (state.Partial is { } partial)
        {
            writer.Write(partial.Interactions);
            writer.Write(partial.Steps);
            writer.Write(partial.Total);
            WriteParts(writer, partial.Sums);
        }
    }

    private static CheckpointState ReadState(BinaryReader reader, long end, string folder)
    {
        int epochs = reader.ReadInt32();
        int waited = reader.ReadInt32();
        double firstLoss = reader.ReadDouble();
        var parameters = new (string Name, Matrix Value)[reader.ReadInt32()];
        for (int place = 0; place < parameters.Length; place++)
        {
            parameters[place] = (reader.ReadString(), ReadMatrix(reader));
        }

        var optimizer = new OptimizerState(reader.ReadInt64(), ReadMatrices(reader), ReadMatrices(reader));
        var model = new NamedState[reader.ReadInt32()];
        for (int place = 0; place < model.Length; place++)
        {
            model[place] = new NamedState(reader.ReadString(), ReadValues<int>(reader), ReadValues<float>(reader));
        }

        BestEpoch? best = reader.ReadBoolean()
            ? new BestEpoch(reader.ReadInt32(), reader.ReadDouble(), ReadScorer(reader))
            : null;
        var history = new EpochRecord[reader.ReadInt32()];
        for (int place = 0; place < history.Length; place++)
        {
            history[place] = new EpochRecord(
                reader.ReadInt32(),
                reader.ReadDouble(),
                ReadParts(reader),
                Measured(reader.ReadDouble()),
                Measured(reader.ReadDouble()),
                reader.ReadBoolean(),
                Seconds: 0,
                ValidationSeconds: 0,
                PeakMemoryBytes: 0
            );
        }

        TrainTiming.Restore(folder, history);
        PartialEpoch? partial =
            reader.BaseStream.Position == end
                ? null
                : new PartialEpoch(reader.ReadInt32(), reader.ReadInt32(), reader.ReadDouble(), ReadParts(reader));

        return new CheckpointState
        {
            Epochs = epochs,
            Waited = waited,
            FirstLoss = firstLoss,
            Parameters = parameters,
            Optimizer = optimizer,
            Model = model,
            Best = best,
            History = history,
            Partial = partial,
        };
    }
}
