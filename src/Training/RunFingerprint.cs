using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>
/// Everything the epochs of a run depend on, as a hash: what tells whether a checkpoint belongs to a run. When the run ends is no part of
/// it, so that one with more epochs or more patience goes on from one with less.
/// </summary>
internal static class RunFingerprint
{
    public static string Of(TrainOptions options, long seed, TrainingInput input, IEngine engine)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Type model = options.Model.GetType();
        TrainerOptions endless = options.Trainer with { Epochs = 0, Patience = 0 };
        Text(
            hash,
            $"{Trainer.Version} {model.Name} {JsonSerializer.Serialize(options.Model, model)} {JsonSerializer.Serialize(endless)}"
        );
        Text(hash, FormattableString.Invariant($"{seed} {engine.Name} {input.UserCount} {input.ItemCount}"));
        Values<int>(hash, input.TrainUsers);
        Values<int>(hash, input.TrainItems);
        Values<int>(hash, input.ValidUsers);
        Values<int>(hash, input.ValidItems);
        foreach (ModalityInput modality in input.Modalities)
        {
            Text(hash, FormattableString.Invariant($"{modality.Name} {modality.Features?.Columns ?? -1}"));
            Values<float>(hash, modality.Features?.Values);
            Values<int>(hash, modality.Candidates);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Text(IncrementalHash hash, string text) => Values<byte>(hash, Encoding.UTF8.GetBytes(text));

    private static void Values<T>(IncrementalHash hash, T[]? values)
        where T : unmanaged
    {
        hash.AppendData(BitConverter.GetBytes(values?.Length ?? -1));
        hash.AppendData(MemoryMarshal.AsBytes<T>(values));
    }
}
